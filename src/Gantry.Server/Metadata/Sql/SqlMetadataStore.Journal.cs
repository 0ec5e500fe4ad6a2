namespace Gantry.Server.Metadata.Sql;

public abstract partial class SqlMetadataStore
{
    public async ValueTask WriteDumpAsync(Stream output, DateTimeOffset now, CancellationToken ct) => await ReadAsync(db => SqlDump.Write(db, output, now), ct);

    public ValueTask<CommitOutcome> LoadDumpAsync(Stream dump, CancellationToken ct) => WriteAsync(transaction => SqlDump.Load(transaction.Db, dump), ct);

    public ValueTask<JournalBatch> ReadJournalAsync(int limit, long maxBytes, CancellationToken ct) => ReadAsync(db => SqlJournal.Read(db, limit, maxBytes), ct);

    public ValueTask<bool> ForgetJournalAsync(JournalBatch written, CancellationToken ct) => WriteAsync(transaction => SqlJournal.Forget(transaction, written), ct);

    public ValueTask<long> ReadSnapshotAsync(Action<JournalRecord> record, CancellationToken ct) => ReadAsync(db => SqlJournal.Snapshot(db, record), ct);

    public async ValueTask SetSnapshotAsync(long covers, CancellationToken ct) => await WriteAsync(transaction => SqlJournal.SetSnapshot(transaction, covers), ct);

    public async ValueTask RestartJournalAsync(string line, long next, CancellationToken ct) => await WriteAsync(transaction => SqlJournal.Restart(transaction, line, next), ct);
}
