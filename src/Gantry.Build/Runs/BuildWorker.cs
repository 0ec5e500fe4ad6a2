using Gantry.Client.Remote;
using Gantry.Client.Runs;
using Gantry.Protocol.Distribution;

namespace Gantry.Build.Runs;

/// <summary>Takes runs from a server and builds them, some at a time, until it is told to stop.</summary>
/// <remarks>A run that is under way when it stops is given back, and another worker takes it at once.</remarks>
public sealed class BuildWorker(WorkerOptions options)
{
    /// <summary>How long a server may keep a worker waiting for a run.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Works until <paramref name="ct"/> says stop, and then returns.</summary>
    /// <exception cref="IOException">The work folder cannot be used.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        PrepareWorkFolder();
        using var client = new RegistryClient(options.Server, options.Connection);
        var leases = new LeaseClient(client, options.Secret);
        await Task.WhenAll(Enumerable.Range(0, options.Concurrency).Select(_ => TakeRunsAsync(leases, ct))).ConfigureAwait(false);
    }

    /// <summary>What a worker that was killed left behind goes.</summary>
    private void PrepareWorkFolder()
    {
        if (Directory.Exists(options.WorkFolder))
            Directory.Delete(options.WorkFolder, recursive: true);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(options.WorkFolder);
        else
            Directory.CreateDirectory(options.WorkFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task TakeRunsAsync(LeaseClient leases, CancellationToken ct)
    {
        var pause = FirstPause;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                if (await leases.TakeAsync(options.Name, LongestWait, ct).ConfigureAwait(false) is { } lease)
                {
                    using var run = new LeasedRun(options, leases, lease);
                    await run.RunAsync(ct).ConfigureAwait(false);
                }
                pause = FirstPause;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (LeaseLostException e)
            {
                options.Log($"worker: {e.Message}; what was done for it is thrown away");
            }
            catch (Exception e)
            {
                // The server restarts, or the disk is full: neither is a reason to end. Nor is a fault of ours: the others would go on
                // one fewer, and nobody would hear of it.
                var text = e is HttpRequestException or RegistryException or IOException ? e.Message : e.ToString();
                options.Log($"worker: {text}; trying again in {pause.TotalSeconds:0} s");
                if (!await WaitAsync(pause, ct).ConfigureAwait(false))
                    return;
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async ValueTask<bool> WaitAsync(TimeSpan time, CancellationToken ct)
    {
        try
        {
            await Task.Delay(time, options.Time, ct).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
