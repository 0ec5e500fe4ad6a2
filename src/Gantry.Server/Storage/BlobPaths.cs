using Gantry.Protocol.Oci;

namespace Gantry.Server.Storage;

/// <summary>The layout below a driver's root, the same in every driver.</summary>
/// <remarks><code>
///   blobs/
///     sha256/
///       44/44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
///     sha512/
///       cf/cf83e1357eefb8bd…
///   uploads/
///     …                       one per open session, named by the driver; swept when the session is forgotten
/// </code>
/// The two-digit folder keeps any one folder below a few thousand entries up to a million blobs. Manifests are not here: they live in the database.
/// </remarks>
public static class BlobPaths
{
    public static BlobPath Blob(Digest digest)
    {
        var hex = digest.Hex;
        return BlobPath.Of($"blobs/{digest.Algorithm.Name}/{hex[..2]}/{hex}");
    }
}
