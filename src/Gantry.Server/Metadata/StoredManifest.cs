using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>A manifest's bytes, and the locks that decide whether they may be read.</summary>
/// <param name="Content">Bytes and descriptor exactly as they were pushed.</param>
/// <param name="ReadEnabled">False where a lock on the repository, the manifest, or the tag that was asked for forbids pulling.</param>
public sealed record StoredManifest(ManifestContent Content, bool ReadEnabled)
{
    /// <summary>Since when nothing keeps it, so that a collection on request may take it; null while something does.</summary>
    public DateTimeOffset? Candidate { get; init; }

    /// <summary>Itself, if its bytes are those of its digest and its media type is one that a manifest can have: a database page may have lost a bit, and nothing wrong is served under a right name.</summary>
    /// <exception cref="InvalidDataException">They are not. A push of the manifest puts them right.</exception>
    public StoredManifest Verified()
    {
        var (digest, type) = (Content.Descriptor.Digest, Content.Descriptor.MediaType);
        if (Digest.Of(digest.Algorithm, Content.Bytes.Span) != digest)
            throw new InvalidDataException($"the database holds bytes of manifest {digest} that are not its own; a push of the manifest puts them right");
        return type.IsManifest
            ? this
            : throw new InvalidDataException($"the database holds \"{Protocol.Printable.Of(type.ToString())}\" as the media type of manifest {digest}; a push of the manifest puts it right");
    }
}
