using Gantry.Server.Access;
using Gantry.Server.Registry;
using Gantry.Server.Runs;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Hosting;

/// <summary>What a server does by itself now and then: forgets abandoned uploads and old runs, renews its signing keys, ends runs that lost their worker.</summary>
internal sealed partial class Housekeeping(RegistryContent content, SigningKeys keys, RunUpkeep? runs, Upkeep.Jobs jobs, ILogger<Housekeeping> logger) : IAsyncDisposable
{
    private const string Job = "housekeeping";

    private Rounds? _rounds;

    /// <param name="interval">Between rounds of what can wait.</param>
    /// <param name="runInterval">Between looks for runs that no worker will end.</param>
    /// <param name="time">The clock.</param>
    public void Start(TimeSpan interval, TimeSpan runInterval, TimeProvider time)
    {
        _rounds = new Rounds(time, LogFailed);
        _rounds.Start(interval, TidyAsync);
        if (runs is not null)
            _rounds.Start(runInterval, runs.EndAsync);
    }

    public ValueTask DisposeAsync() => _rounds?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Does each duty once, whatever becomes of the others.</summary>
    internal async ValueTask TidyAsync(CancellationToken ct)
    {
        await TryAsync(keys.PrepareAsync, ct);
        // Of the nodes that share a database one does the rest; the others' turn comes with their next round.
        await TryAsync(async stop => await jobs.TryRunAsync(Job, (_, held) => TidySharedAsync(held), stop), ct);
    }

    private async ValueTask TidySharedAsync(CancellationToken ct)
    {
        await TryAsync(SweepAsync, ct);
        if (runs is not null)
            await TryAsync(runs.ForgetAsync, ct);
    }

    private async ValueTask SweepAsync(CancellationToken ct)
    {
        var forgotten = await content.Uploads.SweepAsync(LogKept, ct);
        if (forgotten > 0)
            LogForgotten(forgotten);
    }

    private ValueTask TryAsync(Func<CancellationToken, ValueTask> duty, CancellationToken ct) => Rounds.TryAsync(duty, LogFailed, ct);

    [LoggerMessage(120, LogLevel.Information, "Forgot {Count} abandoned uploads.")]
    private partial void LogForgotten(int count);

    [LoggerMessage(122, LogLevel.Error, "An abandoned upload could not be forgotten; the next round tries again.")]
    private partial void LogKept(Exception e);

    [LoggerMessage(121, LogLevel.Error, "Housekeeping failed.")]
    private partial void LogFailed(Exception e);
}
