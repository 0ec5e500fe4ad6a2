using Gantry.Server.Access;
using Gantry.Server.Registry;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Hosting;

/// <summary>What a server does by itself now and then: forgets abandoned uploads, renews its signing keys.</summary>
internal sealed partial class Housekeeping(RegistryContent content, SigningKeys keys, ILogger<Housekeeping> logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public void Start(TimeSpan interval, TimeProvider time) => _loop = RunAsync(interval, time);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync(TimeSpan interval, TimeProvider time)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                await TidyAsync(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopping is how this loop ends.
        }
    }

    /// <summary>Does each duty once, whatever becomes of the others.</summary>
    internal async ValueTask TidyAsync(CancellationToken ct)
    {
        await TryAsync(() => SweepAsync(ct));
        await TryAsync(() => keys.PrepareAsync(ct));
    }

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
