using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata.Sql;

public abstract partial class SqlMetadataStore
{
    public async ValueTask WriteDumpAsync(Stream output, DateTimeOffset now, CancellationToken ct) => await ReadAsync(db => SqlDump.Write(db, output, now), ct);

    public ValueTask<CommitOutcome> AskDumpAsync(DumpHeader dump, CancellationToken ct) => ReadAsync(db => SqlDump.Ask(db, dump), ct);

    public ValueTask<CommitOutcome> LoadDumpAsync(Stream dump, IReadOnlyCollection<Digest> damaged, CancellationToken ct) =>
        WriteAsync(transaction => SqlDump.Load(transaction, dump, damaged), ct);

    public ValueTask<JournalBatch> ReadJournalAsync(int limit, long maxBytes, CancellationToken ct) => ReadAsync(db => SqlJournal.Read(db, limit, maxBytes), ct);

    public ValueTask<bool> ForgetJournalAsync(JobLease lease, JournalBatch written, CancellationToken ct) =>
        WriteAsync(transaction => SqlJournal.Forget(transaction, lease, written), ct);

    public ValueTask<long> ReadSnapshotAsync(Action begin, Action<JournalRecord> record, CancellationToken ct) => ReadAsync(db => SqlJournal.Snapshot(db, begin, record), ct);

    public ValueTask<bool> SetSnapshotAsync(JobLease lease, long covers, CancellationToken ct) => WriteAsync(transaction => SqlJournal.SetSnapshot(transaction, lease, covers), ct);

    public ValueTask<bool> BeginJournalAsync(JobLease lease, string line, CancellationToken ct) => WriteAsync(transaction => SqlJournal.BeginLine(transaction, lease, line), ct);

    public async ValueTask ContinueJournalAsync(string line, long next, long snapshot, long segments, CancellationToken ct) =>
        await WriteAsync(transaction => SqlJournal.Continue(transaction, line, next, snapshot, segments), ct);
}
