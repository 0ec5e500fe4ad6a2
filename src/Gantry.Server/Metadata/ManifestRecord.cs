using Gantry.Protocol.Acr;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>What is known of a manifest, without its bytes.</summary>
public sealed record ManifestRecord
{
    public required Descriptor Descriptor { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Updated { get; init; }

    /// <summary>Bytes of config and layers together; of an index, of its entries.</summary>
    public required long ImageSize { get; init; }

    public MediaType? ConfigMediaType { get; init; }

    public MediaType? ArtifactType { get; init; }

    public string? Architecture { get; init; }

    public string? Os { get; init; }

    public Digest? Subject { get; init; }

    /// <summary>In lexical order; filled by the lists and look-ups that show attributes, else empty.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    public required ChangeableAttributes Attributes { get; init; }
}
