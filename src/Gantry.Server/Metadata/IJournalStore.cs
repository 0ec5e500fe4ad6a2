namespace Gantry.Server.Metadata;

/// <summary>Changes of manifests, tags and repositories on their way into the journal. They are noted in the transactions that make them.</summary>
public interface IJournalStore
{
    /// <summary>The oldest changes that are not in the journal, up to a number of them and about as many bytes.</summary>
    ValueTask<JournalBatch> ReadJournalAsync(int limit, long maxBytes, CancellationToken ct);

    /// <summary>Forgets changes that are in a segment now.</summary>
    /// <returns>False where somebody else did so: nothing was forgotten.</returns>
    ValueTask<bool> ForgetJournalAsync(JournalBatch written, CancellationToken ct);

    /// <summary>Hands over every manifest, tag and lock as records of one state, in no other order than that a tag follows its manifest.</summary>
    /// <returns>The number of the last change that the state has, also of those that are still on their way.</returns>
    ValueTask<long> ReadSnapshotAsync(Action<JournalRecord> record, CancellationToken ct);

    /// <summary>A snapshot covers everything up to a number.</summary>
    ValueTask SetSnapshotAsync(long covers, CancellationToken ct);

    /// <summary>The line's numbers go on from here, and the journal begins with a snapshot: after segments were found that this database never wrote. What was on its way is forgotten where the snapshot tells it anyway.</summary>
    ValueTask RestartJournalAsync(string line, long next, CancellationToken ct);
}
