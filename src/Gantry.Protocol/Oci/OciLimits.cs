namespace Gantry.Protocol.Oci;

/// <summary>What a parser accepts before it looks at the content.</summary>
public sealed record OciLimits
{
    public static readonly OciLimits Default = new();

    /// <summary>Bytes of a manifest, an index or a config that is read into memory. 4 MiB, the least that the distribution specification asks registries to take.</summary>
    public int ManifestBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Nesting of JSON. No OCI document needs more than eight levels; the rest is for foreign extensions.</summary>
    public int JsonDepth { get; init; } = 64;

    /// <summary>Descriptors in one manifest or index.</summary>
    public int Descriptors { get; init; } = 20_000;
}
