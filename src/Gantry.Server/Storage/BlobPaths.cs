using System.Security.Cryptography;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Storage;

/// <summary>The layout below a driver's root, the same in every driver.</summary>
/// <remarks><code>
///   store-id                  the id that the store's database holds too
///   blobs/
///     sha256/
///       44/44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
///     sha512/
///       cf/cf83e1357eefb8bd…
///   quarantine/
///     sha256/
///       44136fa3…             bytes that are not what their digest says, moved out of the way
///   uploads/
///     …                       one per open session, named by the driver; swept when the session is forgotten
///   journal/5f0c…/                                one folder for each database that ever wrote one
///     0000000000000000001-0000000000000000042     changes of what is named, by their numbers
///     snapshot-0000000000000000042                everything as it was after one of them
///   runs/
///     logs/7/cf12             log of registry 7's run cf12, once it is over
///     sources/0f3c…           a context, until its run is over
///     blocks/0f/0f3c…-4a44…   parts of a context that arrives in blocks, by the SHA-256 of the block's name
/// </code>
/// The two-digit folder keeps any one folder below a few thousand entries up to a million blobs. Manifests are not here: they live in the database.
/// </remarks>
public static class BlobPaths
{
    /// <summary>What tells to which database a store belongs.</summary>
    public static BlobPath StoreId { get; } = BlobPath.Of("store-id");

    public static BlobPath Blob(Digest digest)
    {
        var hex = digest.Hex;
        return BlobPath.Of($"blobs/{digest.Algorithm.Name}/{hex[..2]}/{hex}");
    }

    /// <summary>Everything that is stored by digest.</summary>
    public static BlobPath Blobs { get; } = BlobPath.Of("blobs");

    /// <summary>The digest of an object below <see cref="Blobs"/>; null where the name is none of ours.</summary>
    public static Digest? DigestOf(BlobPath path) =>
        path.ToString().Split('/') is ["blobs", var algorithm, _, var hex] && Digest.TryParse($"{algorithm}:{hex}", out var digest) && Blob(digest) == path ? digest : null;

    /// <summary>Where damaged bytes are kept for whoever wants to look at them.</summary>
    public static BlobPath Quarantine(Digest digest) => BlobPath.Of($"quarantine/{digest.Algorithm.Name}/{digest.Hex}");

    /// <summary>Where the journal is.</summary>
    public static BlobPath Journal { get; } = BlobPath.Of("journal");

    /// <summary>Changes from one number to another, each with its own inside.</summary>
    public static BlobPath JournalSegment(string line, long first, long last) => BlobPath.Of($"journal/{line}/{first:D19}-{last:D19}");

    /// <summary>Everything as it was after a change.</summary>
    public static BlobPath JournalSnapshot(string line, long covers) => BlobPath.Of($"journal/{line}/snapshot-{covers:D19}");

    /// <summary>The log of a run that is over.</summary>
    public static BlobPath RunLog(long registry, string run) => BlobPath.Of($"runs/logs/{registry}/{run}");

    public static BlobPath Source(string id) => BlobPath.Of($"runs/sources/{id}");

    /// <summary>Where a source's blocks are, among those of others: a folder for each source would stay behind, empty, for ever.</summary>
    public static BlobPath SourceBlocks(string id) => BlobPath.Of($"runs/blocks/{id[..2]}");

    /// <summary>Whether a path below <see cref="SourceBlocks"/> is this source's.</summary>
    public static bool IsBlockOf(BlobPath path, string id) => path.ToString().StartsWith($"{SourceBlocks(id)}/{id}-", StringComparison.Ordinal);

    /// <summary>One block of a source.</summary>
    public static BlobPath SourceBlock(string id, ReadOnlySpan<byte> name) =>
        BlobPath.Of($"{SourceBlocks(id)}/{id}-{Convert.ToHexStringLower(SHA256.HashData(name))}");
}
