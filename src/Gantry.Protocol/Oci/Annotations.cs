namespace Gantry.Protocol.Oci;

/// <summary>Annotation keys with a meaning of their own (image-spec annotations.md, and ORAS's two for folders).</summary>
public static class Annotations
{
    public const string Title = "org.opencontainers.image.title";
    public const string Created = "org.opencontainers.image.created";
    public const string RefName = "org.opencontainers.image.ref.name";

    /// <summary>The full reference of an entry in a layout's index, which docker and containerd name the image after.</summary>
    public const string ImageName = "io.containerd.image.name";

    /// <summary>Digest of the uncompressed tar of a folder that was packed as one layer.</summary>
    public const string ContentDigest = "io.deis.oras.content.digest";

    /// <summary><c>true</c> when the layer is a folder that a pull unpacks.</summary>
    public const string ContentUnpack = "io.deis.oras.content.unpack";
}
