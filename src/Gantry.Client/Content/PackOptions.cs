using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>What a manifest is made of.</summary>
public sealed record PackOptions
{
    /// <summary>Which form of manifest.</summary>
    public PackVersion Version { get; init; } = PackVersion.V11;

    public MediaType? ArtifactType { get; init; }

    /// <summary>Content that the store has; null for the empty config.</summary>
    public Descriptor? Config { get; init; }

    public IReadOnlyList<Descriptor> Layers { get; init; } = [];

    public Descriptor? Subject { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Annotations of the config's descriptor where it is the empty or unknown one made here.</summary>
    public IReadOnlyDictionary<string, string>? ConfigAnnotations { get; init; }

    /// <summary>Goes into the created annotation unless <see cref="Annotations"/> has one.</summary>
    public required DateTimeOffset Created { get; init; }
}
