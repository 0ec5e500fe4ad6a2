using Gantry.Protocol.Runs;

namespace Gantry.Server.Metadata.Sqlite;

/// <summary>Runs and their sources.</summary>
public sealed partial class SqliteMetadataStore
{
    public ValueTask<long> TakeRunNumberAsync(RegistryId registry, CancellationToken ct) =>
        WriteAsync(transaction => SqliteRuns.TakeNumber(transaction, registry), ct);

    public ValueTask<CommitOutcome> AddRunAsync(RunRecord run, int maxQueued, CancellationToken ct) =>
        WriteAsync(transaction => SqliteRuns.Add(transaction, run, maxQueued), ct);

    public ValueTask<RunRecord?> FindRunAsync(RunKey run, CancellationToken ct) => ReadAsync(db => SqliteRunRows.Find(db, run)?.Run, ct);

    public ValueTask<RunRecord?> FindRunAsync(Guid lease, CancellationToken ct) => ReadAsync(db => SqliteRunRows.Find(db, lease)?.Run, ct);

    public async ValueTask<IReadOnlyList<RunRecord>> ListRunsAsync(RegistryId registry, RunFilter filter, CancellationToken ct) =>
        await ReadAsync(db => Records(SqliteRunRows.List(db, registry, filter)), ct);

    public async ValueTask<RunRecord?> LeaseRunAsync(LeaseTerms terms, CancellationToken ct)
    {
        // Workers ask all the time, and mostly nothing waits: then nothing is written.
        if (await ReadAsync(db => SqliteRunRows.FindWaiting(db, terms), ct) is null)
            return null;
        return await WriteAsync(transaction => SqliteRuns.Lease(transaction, terms), ct);
    }

    public ValueTask<RunRecord?> RenewLeaseAsync(Guid lease, DateTimeOffset ends, CancellationToken ct) =>
        WriteLazilyAsync(transaction => SqliteRuns.Renew(transaction, lease, ends), ct);

    public ValueTask<RunRecord?> ReleaseLeaseAsync(Guid lease, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(transaction => SqliteRuns.Release(transaction, lease, now), ct);

    public ValueTask<LogAppendResult> AppendRunLogAsync(LogAppend append, CancellationToken ct) =>
        WriteLazilyAsync(transaction => SqliteRunLogs.Append(transaction, append), ct);

    public async ValueTask<ReadOnlyMemory<byte>?> ReadRunLogAsync(RunKey run, long offset, int limit, CancellationToken ct) =>
        await ReadAsync(db => SqliteRunLogs.Read(db, run, offset, limit), ct) is { } bytes ? new ReadOnlyMemory<byte>(bytes) : (ReadOnlyMemory<byte>?)null;

    public ValueTask<RunRecord?> CancelRunAsync(RunKey run, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(transaction => SqliteRuns.Cancel(transaction, run, now), ct);

    public ValueTask<RunRecord?> FinishRunAsync(Guid lease, RunOutcome outcome, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(transaction => SqliteRuns.Finish(transaction, lease, outcome, now), ct);

    public async ValueTask<IReadOnlyList<RunKey>> EndOverdueRunsAsync(OverdueTerms terms, CancellationToken ct)
    {
        if (await ReadAsync(db => SqliteRunRows.ListOverdue(db, terms).Count, ct) == 0)
            return [];
        return await WriteAsync(transaction => SqliteRuns.EndOverdue(transaction, terms), ct);
    }

    public ValueTask<RunRecord?> ArchiveRunAsync(RunKey run, bool archived, CancellationToken ct) =>
        WriteAsync(transaction => SqliteRuns.Archive(transaction, run, archived), ct);

    public async ValueTask<IReadOnlyList<RunRecord>> ListUnsettledRunsAsync(int limit, CancellationToken ct) =>
        await ReadAsync(db => Records(SqliteRunRows.ListUnsettled(db, limit)), ct);

    public async ValueTask SettleRunAsync(RunKey run, CancellationToken ct) => await WriteAsync(transaction => SqliteRunLogs.Settle(transaction, run), ct);

    public async ValueTask<IReadOnlyList<RunRecord>> ListFinishedRunsAsync(DateTimeOffset before, int limit, CancellationToken ct) =>
        await ReadAsync(db => Records(SqliteRunRows.ListFinished(db, before, limit)), ct);

    public async ValueTask RemoveRunAsync(RunKey run, CancellationToken ct) => await WriteAsync(transaction => SqliteRuns.Remove(transaction, run), ct);

    public ValueTask<CommitOutcome> AddSourceAsync(SourceRecord source, int maxOpen, CancellationToken ct) =>
        WriteAsync(transaction => SqliteSources.Add(transaction, source, maxOpen), ct);

    public ValueTask<SourceRecord?> FindSourceAsync(string id, CancellationToken ct) => ReadAsync(db => SqliteSources.Find(db, id), ct);

    public ValueTask<CommitOutcome> StoreSourceAsync(string id, CancellationToken ct) => WriteAsync(transaction => SqliteSources.Store(transaction, id), ct);

    public async ValueTask<IReadOnlyList<SourceRecord>> ListSourcesAsync(DateTimeOffset before, int limit, CancellationToken ct) =>
        await ReadAsync(db => SqliteSources.List(db, before, limit), ct);

    public async ValueTask RemoveSourceAsync(string id, CancellationToken ct) => await WriteAsync(transaction => SqliteSources.Remove(transaction, id), ct);

    private static List<RunRecord> Records(List<RunRow> rows) => rows.ConvertAll(row => row.Run);
}
