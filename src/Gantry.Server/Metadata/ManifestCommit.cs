using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>Everything that one transaction writes when a manifest is pushed.</summary>
public sealed record ManifestCommit
{
    public required RepositoryKey Repository { get; init; }

    public required ManifestContent Content { get; init; }

    /// <summary>Tags to point at it; empty for a push by digest.</summary>
    public required IReadOnlyList<Tag> Tags { get; init; }

    /// <summary>What must hold for anything to be written; null for nothing.</summary>
    public PushCondition? Condition { get; init; }

    /// <summary>Blobs that must be linked to the repository, and whole.</summary>
    public required IReadOnlyList<Descriptor> Blobs { get; init; }

    /// <summary>Blobs that may be there or come later, and are in use from the moment they are: a sparse registry's, and layers that may not be distributed.</summary>
    public IReadOnlyList<Digest> Awaited { get; init; } = [];

    /// <summary>Manifests that must be in the repository.</summary>
    public required IReadOnlyList<Descriptor> Manifests { get; init; }

    /// <summary>Every manifest that it names, there or not: none of them is garbage while this one is here. What <see cref="Manifests"/> holds counts by itself.</summary>
    public IReadOnlyList<Digest> Children { get; init; } = [];

    /// <summary>The manifest this one refers to; it need not exist.</summary>
    public Digest? Subject { get; init; }

    public MediaType? ArtifactType { get; init; }

    public MediaType? ConfigMediaType { get; init; }

    public string? Architecture { get; init; }

    public string? Os { get; init; }

    public required long ImageSize { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>What a manifest says of itself. Whoever commits it adds the tags, what must be there, and the platform, which its config alone tells.</summary>
    /// <param name="repository">Where it goes.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="manifest">The same, parsed.</param>
    /// <param name="now">When it came.</param>
    public static ManifestCommit Of(RepositoryKey repository, ManifestContent content, Manifest manifest, DateTimeOffset now)
    {
        var facts = ManifestFacts.Of(manifest, content.Descriptor.MediaType, content.Descriptor.Size);
        return new ManifestCommit
        {
            Repository = repository,
            Content = content,
            Tags = [],
            Blobs = [],
            Manifests = [],
            Children = [.. manifest.Manifests.Select(child => child.Digest).Distinct()],
            Subject = facts.Subject,
            ArtifactType = facts.ArtifactType,
            ConfigMediaType = facts.ConfigMediaType,
            ImageSize = facts.ImageSize,
            Now = now,
        };
    }

    /// <summary>What the database keeps of it beside its bytes.</summary>
    internal ManifestFacts Facts => new(Content.Descriptor.MediaType, Content.Descriptor.Size, ImageSize, ConfigMediaType, ArtifactType, Subject);
}
