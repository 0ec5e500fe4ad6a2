using Gantry.Server.Access;
using Gantry.Server.Registry;
using Gantry.Server.Runs;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Hosting;

/// <summary>What a server does by itself now and then: forgets abandoned uploads and old runs, renews its signing keys, ends runs that lost their worker.</summary>
internal sealed partial class Housekeeping(RegistryContent content, SigningKeys keys, RunUpkeep? runs, Upkeep.Jobs jobs, ILogger<Housekeeping> logger) : IAsyncDisposable
{
    private const string Job = "housekeeping";

    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    /// <param name="interval">Between rounds of what can wait.</param>
    /// <param name="runInterval">Between looks for runs that no worker will end.</param>
    /// <param name="time">The clock.</param>
    public void Start(TimeSpan interval, TimeSpan runInterval, TimeProvider time) =>
        _loop = Task.WhenAll(RunAsync(interval, time, TidyAsync), RunAsync(runInterval, time, EndRunsAsync));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync(TimeSpan interval, TimeProvider time, Func<CancellationToken, ValueTask> round)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                await round(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopping is how this loop ends.
        }
    }

    /// <summary>Does each duty once, whatever becomes of the others.</summary>
    internal async ValueTask TidyAsync(CancellationToken ct)
    {
        await TryAsync(() => keys.PrepareAsync(ct));
        // Of the nodes that share a database one does the rest; the others' turn comes with their next round.
        await TryAsync(async () => await jobs.TryRunAsync(Job, async (_, held) => await TidySharedAsync(held), ct));
    }

    private async ValueTask TidySharedAsync(CancellationToken ct)
    {
        await TryAsync(() => SweepAsync(ct));
        if (runs is not null)
            await TryAsync(() => runs.ForgetAsync(ct));
    }

    private ValueTask EndRunsAsync(CancellationToken ct) => runs is null ? ValueTask.CompletedTask : TryAsync(() => runs.EndAsync(ct));

    private async ValueTask SweepAsync(CancellationToken ct)
    {
        var forgotten = await content.Uploads.SweepAsync(LogKept, ct);
        if (forgotten > 0)
            LogForgotten(forgotten);
    }

    private async ValueTask TryAsync(Func<ValueTask> duty)
    {
        try
        {
            await duty();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The next round tries again; until then nothing is lost but room.
            LogFailed(e);
        }
    }

    [LoggerMessage(120, LogLevel.Information, "Forgot {Count} abandoned uploads.")]
    private partial void LogForgotten(int count);

    [LoggerMessage(122, LogLevel.Error, "An abandoned upload could not be forgotten; the next round tries again.")]
    private partial void LogKept(Exception e);

    [LoggerMessage(121, LogLevel.Error, "Housekeeping failed.")]
    private partial void LogFailed(Exception e);
}
