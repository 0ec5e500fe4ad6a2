using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>What scrub and check need: everything page by page, and marks for what is damaged.</summary>
public interface IUpkeepStore
{
    /// <summary>Every blob, in the order of the digests.</summary>
    ValueTask<IReadOnlyList<StoredBlob>> ListBlobsAsync(Digest? after, int limit, CancellationToken ct);

    /// <summary>Blobs whose bytes are known to be wrong or missing.</summary>
    ValueTask<IReadOnlyList<StoredBlob>> ListDamagedAsync(int limit, CancellationToken ct);

    /// <summary>How many blobs those are.</summary>
    ValueTask<long> CountDamagedAsync(CancellationToken ct);

    /// <summary>Marks a blob as damaged, so that no look-up finds it, and notes its digest as going while its bytes are moved aside.</summary>
    /// <returns>Null where that must wait: an upload holds it, it is going already, or the lease is lost; or where there is no such blob.</returns>
    ValueTask<GoingBlob?> TakeDamagedAsync(JobLease lease, Digest digest, TimeSpan lifetime, CancellationToken ct);

    /// <summary>Forgets that a digest is going. With <paramref name="whole"/> its bytes turned out right, and the mark goes too.</summary>
    /// <returns>False where another sweep has taken the note over: nothing has changed.</returns>
    ValueTask<bool> SettleDamageAsync(JobLease lease, Digest digest, bool whole, CancellationToken ct);

    /// <summary>Sets right how many bytes a blob has: somebody has read them, and they are those of the digest.</summary>
    ValueTask MendSizeAsync(Digest digest, long size, CancellationToken ct);

    /// <summary>Every manifest with its bytes, in the store's own order.</summary>
    ValueTask<IReadOnlyList<ManifestBytes>> ListManifestBytesAsync(long after, int limit, CancellationToken ct);

    /// <summary>Sets right what the database says of a manifest beside its bytes; nothing where it is gone.</summary>
    ValueTask MendManifestAsync(ManifestPlace place, ManifestFacts facts, CancellationToken ct);

    /// <summary>Those of some digests that are no blob of any repository.</summary>
    ValueTask<IReadOnlyList<Digest>> FindUnknownAsync(IReadOnlyList<Digest> digests, CancellationToken ct);

    /// <summary>Counts the manifests that name each blob of a page, and with <paramref name="repair"/> sets right what disagrees.</summary>
    ValueTask<CheckPage> CheckBlobsAsync(long after, int limit, bool repair, CancellationToken ct);

    /// <summary>Counts the manifests and tags of each repository of a page.</summary>
    ValueTask<CheckPage> CheckRepositoriesAsync(long after, int limit, bool repair, CancellationToken ct);

    /// <summary>Judges anew whether something keeps each manifest of a page.</summary>
    ValueTask<CheckPage> CheckManifestsAsync(long after, int limit, bool repair, CancellationToken ct);

    /// <summary>What the engine itself finds wrong with its files; empty where it finds nothing, or leaves that to others.</summary>
    ValueTask<IReadOnlyList<string>> VerifyEngineAsync(CancellationToken ct);
}
