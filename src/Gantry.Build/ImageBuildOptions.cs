using System.IO.Compression;
using Gantry.Build.Context;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Build;

/// <summary>What to build.</summary>
public sealed record ImageBuildOptions
{
    public required ContextSource Context { get; init; }

    /// <summary>Where the Dockerfile is in the context, between slashes.</summary>
    public string Dockerfile { get; init; } = "Dockerfile";

    /// <summary>The Dockerfile itself, where the caller read it elsewhere; null to take <see cref="Dockerfile"/> from the context.</summary>
    public ReadOnlyMemory<byte>? DockerfileBytes { get; init; }

    /// <summary>What messages call the Dockerfile, and the context's <c>NAME.dockerignore</c> is looked for by; null for <see cref="Dockerfile"/>.</summary>
    public string? DockerfileName { get; init; }

    /// <summary>Name or number of the stage to build; null for the last.</summary>
    public string? Target { get; init; }

    /// <summary>Values for ARG.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();

    /// <summary>Labels of the image, stronger than the Dockerfile's.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The platforms to build for; none for this machine's, as Linux names it.</summary>
    public IReadOnlyList<Platform> Platforms { get; init; } = [];

    /// <summary>Told once the context is here, before the Dockerfile is read.</summary>
    public Action? OnContextOpened { get; init; }

    /// <summary>Told for each platform, once all of its steps are done and before anything is stored.</summary>
    public Action? OnBuilt { get; init; }

    /// <summary>Told of each layer, once the output store has it: it was there, was mounted, or was moved. Called from several threads.</summary>
    public Action<CopyEvent>? OnStored { get; init; }

    /// <summary>How hard layers are compressed.</summary>
    public CompressionLevel Compression { get; init; } = CompressionLevel.Fastest;

    /// <summary>What config and history say they were created; null for the argument <c>SOURCE_DATE_EPOCH</c>, and without that, now.</summary>
    public DateTimeOffset? SourceDateEpoch { get; init; }
}
