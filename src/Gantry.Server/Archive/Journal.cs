using Gantry.Server.Metadata;
using Gantry.Server.Storage;

namespace Gantry.Server.Archive;

/// <summary>Keeps the journal beside the blobs: from it a lost database is made anew.</summary>
/// <remarks><code>
///   transaction: change + row of the outbox
///        │
///   every few seconds, one node:  (1) read rows ──(2) segment, durable──(3) forget the rows
///                                       └── after many segments: (4) snapshot, durable ──(5) the older files go
/// </code>
/// A crash between 2 and 3 leaves a segment whose numbers the database has not passed. The next start finds it, numbers on from above it and begins with a
/// snapshot: so does a database that was put back from an older copy, whose lost future lies in the journal. No file is ever written twice.
/// </remarks>
public sealed class Journal(IMetadataStore metadata, IBlobDriver driver)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private const string Job = "journal";
    private const int BatchRecords = 512;
    private const long BatchBytes = 16 * 1024 * 1024;
    private const int MostSegments = 256;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly string _holder = $"journal {Guid.NewGuid():N}";
    private bool _begun;

    /// <summary>Writes what has come. Does nothing while another node has the job.</summary>
    public async ValueTask WriteAsync(CancellationToken ct)
    {
        if (await metadata.TakeJobAsync(Job, _holder, Lifetime, ct) is not { } lease)
        {
            _begun = false;
            return;
        }
        var batch = await metadata.ReadJournalAsync(BatchRecords, BatchBytes, ct);
        if (!_begun)
        {
            await BeginAsync(batch, ct);
            _begun = true;
            batch = await metadata.ReadJournalAsync(BatchRecords, BatchBytes, ct);
        }
        while (batch.Records.Count > 0 && batch.Snapshot >= 0)
        {
            // (2), (3)
            await PutSegmentAsync(batch, ct);
            if (!await metadata.ForgetJournalAsync(batch, ct) || await metadata.RenewJobAsync(lease, Lifetime, ct) is null)
                return;
            batch = await metadata.ReadJournalAsync(BatchRecords, BatchBytes, ct);
        }
        if (batch.Snapshot < 0 || batch.Segments >= MostSegments)
            await CompactAsync(batch.Line, ct);
    }

    /// <summary>Gives the job to whoever comes next, without a wait for its end.</summary>
    public async ValueTask ReleaseAsync(CancellationToken ct)
    {
        if (_begun && await metadata.TakeJobAsync(Job, _holder, Lifetime, ct) is { } lease)
            await metadata.ReleaseJobAsync(lease, ct);
        _begun = false;
    }

    /// <summary>Files whose numbers this database has not passed are of a time that it does not know.</summary>
    private async ValueTask BeginAsync(JournalBatch batch, CancellationToken ct)
    {
        if (batch.Line.Length == 0)
        {
            // A line of its own: what lies there of another database may be all that is left of it.
            await metadata.RestartJournalAsync(Guid.NewGuid().ToString("N"), batch.Next, ct);
            return;
        }
        var files = (await JournalFile.ListAsync(driver, ct)).FindAll(file => file.Line == batch.Line);
        var top = files.Count == 0 ? 0 : files.Max(file => file.Last);
        var coveredByNext = files.Where(file => file.IsSnapshot).Select(file => file.Last).DefaultIfEmpty(-1).Max();
        // A snapshot covers rows that are still on their way, so it alone may be ahead.
        var isAhead = files.Exists(file => !file.IsSnapshot && file.Last >= batch.Next) || coveredByNext > batch.Snapshot;
        if (isAhead || (batch.Snapshot >= 0 && coveredByNext != batch.Snapshot))
            await metadata.RestartJournalAsync(batch.Line, Math.Max(top + 1, batch.Next), ct);
    }

    private async ValueTask PutSegmentAsync(JournalBatch batch, CancellationToken ct)
    {
        await using var spool = SpoolFile.Create();
        using (var writer = new JournalWriter(spool))
        {
            foreach (var record in batch.Records)
                writer.Add(record);
            writer.End();
        }
        spool.Position = 0;
        await driver.PutAsync(BlobPaths.JournalSegment(batch.Line, batch.Next, batch.Next + batch.Records.Count - 1), spool, ct);
    }

    private async ValueTask CompactAsync(string line, CancellationToken ct)
    {
        // (4)
        await using var spool = SpoolFile.Create();
        long covers;
        using (var writer = new JournalWriter(spool))
        {
            covers = await metadata.ReadSnapshotAsync(writer.Add, ct);
            writer.End();
        }
        spool.Position = 0;
        await driver.PutAsync(BlobPaths.JournalSnapshot(line, covers), spool, ct);
        await metadata.SetSnapshotAsync(covers, ct);

        // (5)
        foreach (var file in (await JournalFile.ListAsync(driver, ct)).Where(file => file.Line == line))
        {
            if (file.Last < covers || (file.Last == covers && !file.IsSnapshot))
                await driver.DeleteAsync(file.Path, ct);
        }
    }
}
