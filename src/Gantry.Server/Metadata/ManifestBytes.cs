using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>A manifest as it lies in the database, whatever its bytes and its row come to.</summary>
/// <param name="Place">Where it is, and what it is called.</param>
/// <param name="Bytes">Null where they are missing.</param>
/// <param name="MediaType">What it was pushed as; null where the row has something else there.</param>
/// <param name="Facts">All that its row says of it; null where a part of that cannot be read.</param>
public sealed record ManifestBytes(ManifestPlace Place, ReadOnlyMemory<byte>? Bytes, MediaType? MediaType, ManifestFacts? Facts)
{
    private static readonly MediaType[] Types =
        [MediaTypes.ImageManifest, MediaTypes.ImageIndex, MediaTypes.DockerManifest, MediaTypes.DockerManifestList, MediaTypes.ArtifactManifest, MediaTypes.OrasArtifactManifest];

    /// <summary>Whether the bytes are those of the digest.</summary>
    public bool IsSound => Bytes is { } bytes && Digest.Of(Place.Digest.Algorithm, bytes.Span) == Place.Digest;

    /// <summary>What the row should say, as far as sound bytes tell; null where only a push can.</summary>
    public ManifestFacts? ReadFacts()
    {
        if (Bytes is not { } bytes)
            return null;
        if (MediaType is { } said && StoredDocument.Read(bytes, said) is { } read)
            return ManifestFacts.Of(read, said, bytes.Length);
        // A document from before OCI 1.1 names no media type: then the row's was all there was.
        return Types.Select(type => StoredDocument.Read(bytes, type)).FirstOrDefault(read => read?.MediaType is not null) is { MediaType: { } own } named
            ? ManifestFacts.Of(named, own, bytes.Length)
            : null;
    }
}
