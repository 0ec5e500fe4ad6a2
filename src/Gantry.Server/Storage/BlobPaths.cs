using System.Security.Cryptography;
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
///   runs/
///     logs/7/cf12             log of registry 7's run cf12, once it is over
///     sources/0f3c…           a context, until its run is over
///     blocks/0f3c…/4a44…      parts of a context that arrives in blocks, by the SHA-256 of the block's name
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

    /// <summary>The log of a run that is over.</summary>
    public static BlobPath RunLog(long registry, string run) => BlobPath.Of($"runs/logs/{registry}/{run}");

    public static BlobPath Source(string id) => BlobPath.Of($"runs/sources/{id}");

    /// <summary>Everything that arrived in blocks for a source.</summary>
    public static BlobPath SourceBlocks(string id) => BlobPath.Of($"runs/blocks/{id}");

    /// <summary>One block of a source.</summary>
    public static BlobPath SourceBlock(string id, ReadOnlySpan<byte> name) =>
        BlobPath.Of($"runs/blocks/{id}/{Convert.ToHexStringLower(SHA256.HashData(name))}");
}
