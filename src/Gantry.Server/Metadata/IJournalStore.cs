namespace Gantry.Server.Metadata;

/// <summary>Changes of manifests, tags and repositories on their way into the journal. They are noted in the transactions that make them.</summary>
/// <remarks>What is written under a lease is refused once somebody else has the job, however late it arrives.</remarks>
public interface IJournalStore
{
    /// <summary>The oldest changes that are not in the journal, up to a number of them and about as many bytes.</summary>
    ValueTask<JournalBatch> ReadJournalAsync(int limit, long maxBytes, CancellationToken ct);

    /// <summary>Forgets changes that are in a segment now.</summary>
    /// <returns>False where the lease is lost, or somebody else did so: nothing was forgotten.</returns>
    ValueTask<bool> ForgetJournalAsync(JobLease lease, JournalBatch written, CancellationToken ct);

    /// <summary>Hands over every manifest, tag and lock as records of one state, in no other order than that a tag follows its manifest.</summary>
    /// <param name="begin">Called first, and again after a lost connection: what was told before is void.</param>
    /// <param name="record">Takes each record.</param>
    /// <param name="ct">Gives up before it begins.</param>
    /// <returns>The number of the last change that the state has, also of those that are still on their way.</returns>
    ValueTask<long> ReadSnapshotAsync(Action begin, Action<JournalRecord> record, CancellationToken ct);

    /// <summary>Notes up to where a snapshot will cover, before its file appears: a file beyond it is none that this database wrote.</summary>
    /// <returns>False where the lease is lost, and nothing was noted.</returns>
    ValueTask<bool> SetSnapshotAsync(JobLease lease, long covers, CancellationToken ct);

    /// <summary>What comes goes into a line of its own from here on, which has no snapshot yet. The numbers go on, and nothing that is on its way is forgotten.</summary>
    /// <returns>False where the lease is lost, and nothing was changed.</returns>
    ValueTask<bool> BeginJournalAsync(JobLease lease, string line, CancellationToken ct);

    /// <summary>A database that was made from a line goes on with it. What was on its way is forgotten: it came from there.</summary>
    /// <param name="line">The line.</param>
    /// <param name="next">Above every number in it.</param>
    /// <param name="snapshot">The last number that one of its snapshots covers; -1 where there is none.</param>
    /// <param name="segments">How many segments it counts as, which says when the next snapshot comes.</param>
    /// <param name="ct">Gives up before it begins.</param>
    ValueTask ContinueJournalAsync(string line, long next, long snapshot, long segments, CancellationToken ct);
}
