using Gantry.Protocol.Oci;
using Gantry.Server.Storage;

namespace Gantry.Server.Registry;

/// <summary>The blobs that this process has verified, as far as they fit into a bounded memory, each with what its object looked like then.</summary>
internal sealed class VerifiedBlobs
{
    // A key, two small objects and a text.
    private const int EntrySize = 300;
    private const long Budget = 16 * 1024 * 1024;

    private readonly GenerationCache<Digest, Proof> _proofs = new(Budget);

    /// <param name="digest">The blob.</param>
    /// <param name="stat">Size and time of its object now.</param>
    public bool Know(Digest digest, BlobStat stat) => _proofs.Find(digest, epoch: 0) is { } proof && proof.Stat == stat;

    public void Add(Digest digest, BlobStat stat) => _proofs.Keep(digest, epoch: 0, new Proof(stat), EntrySize);

    private sealed record Proof(BlobStat Stat);
}
