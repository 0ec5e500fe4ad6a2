using Gantry.Client.Acr;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Server.Hosting;

namespace Gantry.Cli.Commands.Admin.Archive;

/// <summary>One backup: the dump, then every object that it names and the folder has not.</summary>
internal sealed class BackupRun(AdminClient server, BackupFolder folder)
{
    private const int Parallel = 4;
    private int _fetched;
    private int _lost;
    private int _rotten;
    private long _bytes;

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    public required Action<string> Tell { get; init; }

    /// <summary>Whether what the folder has is believed by its name and length, or read.</summary>
    public bool Verify { get; init; }

    public int Objects { get; private set; }

    public int Fetched => _fetched;

    public long FetchedBytes => _bytes;

    /// <summary>Blobs that were in the folder with wrong bytes, and were fetched anew.</summary>
    public int Rotten => _rotten;

    /// <summary>Blobs that the server names and cannot give.</summary>
    public int Lost => _lost;

    public async ValueTask<BackupStamp> RunAsync(CancellationToken ct)
    {
        var ticket = await server.BeginBackupAsync(ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var renewing = RenewAsync(ticket.Id, TimeSpan.FromSeconds(Math.Max(1, ticket.Seconds / 4)), stop);
        try
        {
            // Nobody else is at it now: the server gives one ticket at a time, and what is half written here is of a run that ended.
            await folder.SweepAsync(stop.Token);
            BackupStamp stamp;
            using (var answer = await server.FetchDumpAsync(ticket.Id, stop.Token))
            {
                await using var content = await answer.Content.ReadAsStreamAsync(stop.Token);
                stamp = await folder.TakeDumpAsync(content, stop.Token);
            }
            var objects = folder.ListObjects(isNew: true);
            Objects = objects.Count;
            await System.Threading.Tasks.Parallel.ForEachAsync(
                objects, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = stop.Token }, (wanted, token) => FetchAsync(ticket.Id, wanted, token));
            if (_lost == 0)
                folder.Commit();
            return stamp;
        }
        catch (OperationCanceledException) when (renewing.IsFaulted && !ct.IsCancellationRequested)
        {
            await renewing;
            throw;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAny(renewing);
            await EndAsync(ticket.Id);
        }
    }

    /// <summary>A courtesy: without it the server waits for the end of the lease. It must not stand in for what went wrong before.</summary>
    private async ValueTask EndAsync(string id)
    {
        using var bound = new CancellationTokenSource(Farewell);
        try
        {
            await server.EndBackupAsync(id, bound.Token);
        }
        catch (Exception e) when (e is RegistryException or HttpRequestException or IOException or OperationCanceledException)
        {
            Tell($"the server was not told that the backup is over: {e.Message}");
        }
    }

    /// <summary>Keeps collections off. Once that fails the copy stops: what it would still fetch may be gone.</summary>
    private async Task RenewAsync(string id, TimeSpan interval, CancellationTokenSource stop)
    {
        try
        {
            using var timer = new PeriodicTimer(interval);
            while (await timer.WaitForNextTickAsync(stop.Token))
                await server.RenewBackupAsync(id, stop.Token);
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private async ValueTask FetchAsync(string id, BackupObject wanted, CancellationToken ct)
    {
        if (await folder.HasAsync(wanted, verify: false, ct))
        {
            if (!Verify || await folder.HasAsync(wanted, verify: true, ct))
                return;
            Interlocked.Increment(ref _rotten);
            Tell($"damaged in the folder, fetched anew: {wanted.Path}");
        }
        try
        {
            using var answer = await server.FetchObjectAsync(id, wanted.Path, 0, ct);
            await using var content = await answer.Content.ReadAsStreamAsync(ct);
            await folder.StoreAsync(wanted, content, ct);
            Interlocked.Increment(ref _fetched);
            Interlocked.Add(ref _bytes, wanted.Content?.Size ?? 0);
        }
        catch (RegistryException e) when (e.Status == 404)
        {
            // A run's log and a context may go while the backup runs: nobody collects them by reference.
            if (wanted.Content is not null)
                Lose($"lost: {wanted.Path}");
        }
        catch (ContentMismatchException e)
        {
            Lose($"damaged: {wanted.Path}: {e.Message}");
        }
    }

    private void Lose(string line)
    {
        Interlocked.Increment(ref _lost);
        Tell(line);
    }
}
