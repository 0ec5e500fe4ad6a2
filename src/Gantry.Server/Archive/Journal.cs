using Gantry.Server.Metadata;
using Gantry.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Archive;

/// <summary>Keeps the journal beside the blobs: from it a lost database is made anew.</summary>
/// <remarks><code>
///   transaction: change + row of the outbox
///        │
///   every few seconds, one node:  (1) whose files? ──(2) read rows ──(3) segment, durable ──(4) forget the rows
///                                                      └── after many segments: (5) note the snapshot ──(6) snapshot, durable ──(7) the older files go
/// </code>
/// A crash between 3 and 4 leaves one segment that begins with the rows which still wait; it is told again under the same numbers, and a reader takes
/// each number once. A crash between 5 and 6 leaves a note without a file, and the next holder makes the snapshot. Any other file beyond what the database
/// knows is of a future that it lost, as when it was put back from an older copy: then it takes a new line, and what lies there stays.
/// Each write is fenced by the lease, so a node that was stopped for long changes nothing when it wakes; a file of its that arrives late tells what others told too.
/// </remarks>
public sealed partial class Journal(IMetadataStore metadata, IBlobDriver driver, SpoolFolder spools, ILogger<Journal> logger)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>How long after a change it is in the journal at the latest, while all goes well: another node may have to wait for the end of a lease.</summary>
    public static readonly TimeSpan Lag = Interval + Lifetime;

    internal const int MostSegments = 256;

    private const string Job = "journal";
    private const int BatchRecords = 512;
    private const long BatchBytes = 16 * 1024 * 1024;

    private readonly string _holder = $"journal {Guid.NewGuid():N}";

    /// <summary>Of the lease under which the files were looked at; whoever had the job in between may have written on.</summary>
    private long? _fence;

    /// <summary>A snapshot was noted and is not there.</summary>
    private bool _owesSnapshot;

    private static TimeSpan Lifetime => TimeSpan.FromSeconds(15);

    /// <summary>Writes what has come. Does nothing while another node has the job.</summary>
    public async ValueTask WriteAsync(CancellationToken ct)
    {
        // Where nothing came, nothing is written, not even a lease.
        if (_fence is not null && !_owesSnapshot && await ReadAsync(ct) is { Records.Count: 0, Snapshot: >= 0, Segments: < MostSegments })
            return;
        if (await metadata.TakeJobAsync(Job, _holder, Lifetime, ct) is not { } lease)
            return;
        if (_fence != lease.Fence)
        {
            // (1)
            if (!await BeginAsync(lease, ct))
                return;
            _fence = lease.Fence;
        }
        // (2)
        var batch = await ReadAsync(ct);
        while (batch.Records.Count > 0)
        {
            // (3), (4)
            await PutSegmentAsync(batch, ct);
            if (!await metadata.ForgetJournalAsync(lease, batch, ct) || await metadata.RenewJobAsync(lease, Lifetime, ct) is null)
                return;
            batch = await ReadAsync(ct);
        }
        if (_owesSnapshot || batch.Snapshot < 0 || batch.Segments >= MostSegments)
            await CompactAsync(lease, batch.Line, ct);
    }

    /// <summary>Gives the job to whoever comes next, without a wait for its end.</summary>
    public async ValueTask ReleaseAsync(CancellationToken ct)
    {
        if (_fence is not null && await metadata.TakeJobAsync(Job, _holder, Lifetime, ct) is { } lease)
            await metadata.ReleaseJobAsync(lease, ct);
        _fence = null;
    }

    private ValueTask<JournalBatch> ReadAsync(CancellationToken ct) => metadata.ReadJournalAsync(BatchRecords, BatchBytes, ct);

    /// <returns>False where the lease is lost.</returns>
    private async ValueTask<bool> BeginAsync(JobLease lease, CancellationToken ct)
    {
        var batch = await ReadAsync(ct);
        _owesSnapshot = false;
        // What lies there of another database may be all that is left of it.
        if (batch.Line.Length == 0)
            return await metadata.BeginJournalAsync(lease, NewLine(), ct);
        var files = (await JournalFile.ListAsync(driver, ct)).FindAll(file => file.Line == batch.Line);
        if (await FindStrangerAsync(files, batch, ct) is { } stranger)
        {
            var line = NewLine();
            LogStranger(stranger.Path.ToString(), line);
            return await metadata.BeginJournalAsync(lease, line, ct);
        }
        _owesSnapshot = batch.Snapshot >= 0 && !files.Exists(file => file.IsSnapshot && file.Last == batch.Snapshot);
        return true;
    }

    private static string NewLine() => Guid.NewGuid().ToString("N");

    /// <summary>A file of a future that this database does not know.</summary>
    private async ValueTask<JournalFile?> FindStrangerAsync(List<JournalFile> files, JournalBatch batch, CancellationToken ct)
    {
        foreach (var file in files)
        {
            if (file.IsSnapshot ? file.Last > batch.Snapshot : file.Last >= batch.Next && !await IsToldAgainAsync(file, batch, ct))
                return file;
        }
        return null;
    }

    /// <summary>Whether a segment tells what still waits, from the first row on: its writer came to its end between 3 and 4.</summary>
    private async ValueTask<bool> IsToldAgainAsync(JournalFile file, JournalBatch batch, CancellationToken ct)
    {
        if (file.First != batch.Next || file.Last >= batch.Next + batch.Records.Count)
            return false;
        await using var content = await driver.OpenReadAsync(file.Path, Protocol.Distribution.ByteRange.All, ct);
        if (content is null)
            return false;
        var reader = new JournalReader(content);
        var at = 0;
        await foreach (var (record, _) in reader.ReadAsync(ct))
        {
            // A manifest may have gone meanwhile, with its bytes and its type; everything else stands as it was written.
            if (at == batch.Records.Count || record with { Bytes = default, MediaType = null } != batch.Records[at++] with { Bytes = default, MediaType = null })
                return false;
        }
        return reader.IsWhole;
    }

    private async ValueTask PutSegmentAsync(JournalBatch batch, CancellationToken ct)
    {
        await using var spool = spools.Create();
        using (var writer = new JournalWriter(spool))
        {
            foreach (var record in batch.Records)
                writer.Add(record);
            writer.End();
        }
        spool.Position = 0;
        await driver.PutAsync(BlobPaths.JournalSegment(batch.Line, batch.Next, batch.Next + batch.Records.Count - 1), spool, ct);
    }

    private async ValueTask CompactAsync(JobLease lease, string line, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var renewing = RenewAsync(lease, stop);
        try
        {
            await PutSnapshotAsync(lease, line, stop.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Somebody else has the job, and makes the snapshot.
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new IOException($"the journal's segments are written, but its snapshot is not: {e.Message}", e);
        }
        finally
        {
            await stop.CancelAsync();
            await renewing;
        }
    }

    private async ValueTask PutSnapshotAsync(JobLease lease, string line, CancellationToken ct)
    {
        await using var spool = spools.Create();
        JournalWriter? writer = null;
        var covers = await metadata.ReadSnapshotAsync(
            () =>
            {
                spool.SetLength(0);
                writer?.Dispose();
                writer = new JournalWriter(spool);
            },
            record => writer!.Add(record),
            ct);
        using (writer)
            writer!.End();
        spool.Position = 0;

        // (5)
        if (!await metadata.SetSnapshotAsync(lease, covers, ct))
            return;
        _owesSnapshot = true;
        // (6)
        await driver.PutAsync(BlobPaths.JournalSnapshot(line, covers), spool, ct);
        _owesSnapshot = false;

        // (7) Files ahead were none when the line was looked at, and nobody else wrote since: these are this database's own.
        foreach (var file in (await JournalFile.ListAsync(driver, ct)).Where(file => file.Line == line))
        {
            if (file.Last < covers || (file.Last == covers && !file.IsSnapshot))
                await driver.DeleteAsync(file.Path, ct);
        }
    }

    /// <summary>A snapshot of much takes longer than a lease. Where it is lost the work stops.</summary>
    private async Task RenewAsync(JobLease lease, CancellationTokenSource stop)
    {
        try
        {
            using var timer = new PeriodicTimer(Lifetime / 3);
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                if (await metadata.RenewJobAsync(lease, Lifetime, stop.Token) is null)
                    await stop.CancelAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The work is done.
        }
        catch (IOException)
        {
            // Who cannot renew may have lost the job; the work fails by itself where the database does not come back.
        }
    }

    [LoggerMessage(126, LogLevel.Warning, "The journal has {Path}, of which this database knows nothing: was it put back from an older copy? It writes a journal of its own from here on, {Line}; what is there stays.")]
    private partial void LogStranger(string path, string line);
}
