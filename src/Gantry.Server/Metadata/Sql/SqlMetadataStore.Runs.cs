using Gantry.Protocol.Runs;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Runs and their sources.</summary>
public abstract partial class SqlMetadataStore
{
    public ValueTask<long> TakeRunNumberAsync(RegistryId registry, CancellationToken ct) =>
        WriteAsync(transaction => SqlRuns.TakeNumber(transaction, registry), ct);

    public ValueTask<CommitOutcome> AddRunAsync(RunRecord run, int maxQueued, CancellationToken ct) =>
        WriteAsync(transaction => SqlRuns.Add(transaction, run, maxQueued), ct);

    public ValueTask<RunRecord?> FindRunAsync(RunKey run, CancellationToken ct) => ReadAsync(db => SqlRunRows.Find(db, run)?.Run, ct);

    public ValueTask<RunRecord?> FindRunAsync(Guid lease, CancellationToken ct) => ReadAsync(db => SqlRunRows.Find(db, lease)?.Run, ct);

    public async ValueTask<IReadOnlyList<RunRecord>> ListRunsAsync(RegistryId registry, RunFilter filter, CancellationToken ct) =>
        await ReadAsync(db => Records(SqlRunRows.List(db, registry, filter)), ct);

    public async ValueTask<RunRecord?> LeaseRunAsync(LeaseTerms terms, CancellationToken ct)
    {
        // Workers ask all the time, and mostly nothing waits: then nothing is written.
        if (await ReadAsync(db => SqlRunRows.FindWaiting(db, terms), ct) is null)
            return null;
        return await WriteAsync(transaction => SqlRuns.Lease(transaction, terms), ct);
    }

    public ValueTask<RunRecord?> RenewLeaseAsync(Guid lease, DateTimeOffset ends, CancellationToken ct) =>
        WriteLazilyAsync(transaction => SqlRuns.Renew(transaction, lease, ends), ct);

    public ValueTask<RunRecord?> ReleaseLeaseAsync(Guid lease, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(transaction => SqlRuns.Release(transaction, lease, now), ct);

    public ValueTask<LogAppendResult> AppendRunLogAsync(LogAppend append, CancellationToken ct) =>
        WriteLazilyAsync(transaction => SqlRunLogs.Append(transaction, append), ct);

    public async ValueTask<ReadOnlyMemory<byte>?> ReadRunLogAsync(RunKey run, long offset, int limit, CancellationToken ct) =>
        await ReadAsync(db => db.InTransaction(() => SqlRunLogs.Read(db, run, offset, limit)), ct) is { } bytes ? new ReadOnlyMemory<byte>(bytes) : (ReadOnlyMemory<byte>?)null;

    public ValueTask<RunRecord?> CancelRunAsync(RunKey run, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(transaction => SqlRuns.Cancel(transaction, run, now), ct);

    public ValueTask<RunRecord?> FinishRunAsync(Guid lease, RunOutcome outcome, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(transaction => SqlRuns.Finish(transaction, lease, outcome, now), ct);

    public async ValueTask<IReadOnlyList<RunKey>> EndOverdueRunsAsync(OverdueTerms terms, CancellationToken ct)
    {
        if (await ReadAsync(db => SqlRunRows.ListOverdue(db, terms).Count, ct) == 0)
            return [];
        return await WriteAsync(transaction => SqlRuns.EndOverdue(transaction, terms), ct);
    }

    public ValueTask<RunRecord?> ArchiveRunAsync(RunKey run, bool archived, CancellationToken ct) =>
        WriteAsync(transaction => SqlRuns.Archive(transaction, run, archived), ct);

    public async ValueTask<IReadOnlyList<RunRecord>> ListUnsettledRunsAsync(int limit, CancellationToken ct) =>
        await ReadAsync(db => Records(SqlRunRows.ListUnsettled(db, limit)), ct);

    public async ValueTask SettleRunAsync(RunKey run, CancellationToken ct) => await WriteAsync(transaction => SqlRunLogs.Settle(transaction, run), ct);

    public async ValueTask<IReadOnlyList<RunRecord>> ListFinishedRunsAsync(DateTimeOffset before, int limit, CancellationToken ct) =>
        await ReadAsync(db => Records(SqlRunRows.ListFinished(db, before, limit)), ct);

    public async ValueTask RemoveRunAsync(RunKey run, CancellationToken ct) => await WriteAsync(transaction => SqlRuns.Remove(transaction, run), ct);

    public ValueTask<CommitOutcome> AddSourceAsync(SourceRecord source, int maxOpen, CancellationToken ct) =>
        WriteAsync(transaction => SqlSources.Add(transaction, source, maxOpen), ct);

    public ValueTask<SourceRecord?> FindSourceAsync(string id, CancellationToken ct) => ReadAsync(db => SqlSources.Find(db, id), ct);

    public ValueTask<CommitOutcome> StoreSourceAsync(string id, CancellationToken ct) => WriteAsync(transaction => SqlSources.Store(transaction, id), ct);

    public async ValueTask<IReadOnlyList<SourceRecord>> ListSourcesAsync(DateTimeOffset before, int limit, CancellationToken ct) =>
        await ReadAsync(db => SqlSources.List(db, before, limit), ct);

    public async ValueTask RemoveSourceAsync(string id, CancellationToken ct) => await WriteAsync(transaction => SqlSources.Remove(transaction, id), ct);

    private static List<RunRecord> Records(List<RunRow> rows) => rows.ConvertAll(row => row.Run);
}
