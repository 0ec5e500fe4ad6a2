using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>What nobody needs any more, and the order in which it may go.</summary>
/// <remarks><code>
///   upload:   hold ──► bytes in their place ──► link (ends the hold, refused where it was lost)
///   sweep:    take (rows and links go, the digest is noted as going) ──► bytes deleted ──► finish (the note goes)
/// </code>
/// A digest is held or going, never both: a hold is refused while the digest is going, and a take passes over what is held. So between the
/// first and the last step of one of the two lines, the other one does not begin for that digest.
/// </remarks>
public interface ICollectionStore
{
    /// <summary>Claims a digest before its bytes are put in their place. Several uploads may hold one digest.</summary>
    /// <returns>Null while the digest is going: wait and ask again.</returns>
    ValueTask<BlobHold?> HoldBlobAsync(Digest digest, TimeSpan lifetime, CancellationToken ct);

    /// <summary>Ends a hold that came to nothing. Harmless to repeat.</summary>
    ValueTask ReleaseHoldAsync(BlobHold hold, CancellationToken ct);

    /// <summary>Gives the repository a blob whose bytes were put in place under a hold, and ends the hold. Bytes that were damaged are whole again.</summary>
    /// <returns><see cref="CommitOutcome.ConditionFailed"/> where the hold was lost: perhaps a sweep has taken the bytes, so nothing may name them.</returns>
    ValueTask<CommitOutcome> LinkHeldBlobAsync(RepositoryKey repository, BlobHold hold, long size, DateTimeOffset now, CancellationToken ct);

    /// <summary>What is known of a blob that the repository has; null where it has none, or its bytes are damaged.</summary>
    ValueTask<BlobState?> FindBlobStateAsync(RepositoryKey repository, Digest digest, CancellationToken ct);

    /// <summary>Begins a candidate's time anew: somebody was told that the blob is there.</summary>
    /// <returns>What is known of it now; null where the repository has it not.</returns>
    ValueTask<BlobState?> RenewBlobAsync(RepositoryKey repository, Digest digest, CancellationToken ct);

    /// <summary>Candidates at least as old as <paramref name="grace"/>, oldest first.</summary>
    ValueTask<IReadOnlyList<BlobCandidate>> ListCandidatesAsync(TimeSpan grace, BlobCandidate? after, int limit, CancellationToken ct);

    /// <summary>Takes candidates: their rows and links go, and they are noted as going under the lease's fence.</summary>
    /// <returns>Null where the lease is lost.</returns>
    ValueTask<SweepBatch?> TakeCandidatesAsync(SweepTerms terms, CancellationToken ct);

    /// <summary>Takes digests that have bytes and no row: what an upload left that ended between its bytes and its link.</summary>
    /// <returns>Those that may be deleted: the others have a row, are held or going already. Null where the lease is lost.</returns>
    ValueTask<IReadOnlyList<GoingBlob>?> TakeOrphansAsync(JobLease lease, IReadOnlyList<Digest> digests, TimeSpan lifetime, CancellationToken ct);

    /// <summary>Takes over what sweeps noted whose time is over: they died, or took too long.</summary>
    /// <returns>Null where the lease is lost.</returns>
    ValueTask<IReadOnlyList<GoingBlob>?> TakeOverAsync(JobLease lease, GoingReason reason, int limit, TimeSpan lifetime, CancellationToken ct);

    /// <summary>Begins the time of notes anew. What a sweep does to bytes it does soon after it was told here that they are its own: a clock of its own may have stood still.</summary>
    /// <returns>Those that are this lease's sweep's: the others have been taken over, and whoever did may have let them be brought anew.</returns>
    ValueTask<IReadOnlyList<Digest>> RenewNotesAsync(JobLease lease, IReadOnlyList<Digest> digests, TimeSpan lifetime, CancellationToken ct);

    /// <summary>Whether any digest is going. Asked often, and answered by a look at an empty table.</summary>
    ValueTask<bool> IsAnythingGoingAsync(CancellationToken ct);

    /// <summary>Forgets notes of this lease's sweep: the bytes are gone, and whoever wants to may bring them anew.</summary>
    ValueTask FinishAsync(JobLease lease, IReadOnlyList<Digest> digests, CancellationToken ct);

    /// <summary>Begins a manifest's time as a candidate anew: somebody was told that it is there.</summary>
    /// <returns>Since when it is one now; null where something keeps it, or it is not there.</returns>
    ValueTask<DateTimeOffset?> RenewManifestAsync(RepositoryKey repository, Digest digest, CancellationToken ct);

    /// <summary>Manifests that nothing names for at least <paramref name="age"/>, oldest first.</summary>
    ValueTask<IReadOnlyList<ManifestCandidate>> ListManifestCandidatesAsync(TimeSpan age, ManifestCandidate? after, int limit, CancellationToken ct);

    /// <summary>Deletes manifests out of a list of candidates, those that are still candidates and not locked. What they alone kept becomes a candidate, as old as they were.</summary>
    /// <returns>Those that went; null where the lease is lost.</returns>
    ValueTask<IReadOnlyList<ManifestCandidate>?> DeleteManifestCandidatesAsync(JobLease lease, IReadOnlyList<ManifestCandidate> candidates, CancellationToken ct);
}
