namespace Gantry.Protocol.Oci;

/// <summary>A manifest as it travels: its bytes, and the descriptor that names them.</summary>
/// <param name="Bytes">Exactly what was received or will be sent.</param>
/// <param name="Descriptor">Media type, digest and size of <paramref name="Bytes"/>.</param>
public sealed record ManifestContent(ReadOnlyMemory<byte> Bytes, Descriptor Descriptor)
{
    /// <summary>Describes new bytes under SHA-256.</summary>
    public static ManifestContent Of(MediaType mediaType, ReadOnlyMemory<byte> bytes) => new(bytes, Descriptor.Of(mediaType, bytes.Span));

    /// <exception cref="OciFormatException">The bytes are not such a document.</exception>
    public Manifest Parse(OciLimits? limits = null) => Manifest.Parse(Bytes, Descriptor.MediaType, limits ?? OciLimits.Default);
}
