using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>Makes artifact manifests (image-spec manifest.md, "Guidelines for Artifact Usage"), byte for byte as ORAS does.</summary>
public static class Packer
{
    /// <summary>Writes the manifest, and the empty config or layer where it needs one, to a store.</summary>
    /// <exception cref="ArgumentException">The options contradict each other; the message is fit for users.</exception>
    public static ValueTask<ManifestContent> PackAsync(IContentStore store, PackOptions options, CancellationToken ct = default) =>
        throw new NotImplementedException();
}
