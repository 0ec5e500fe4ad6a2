using Gantry.Server.Archive;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Hosting;

/// <summary>Writes the journal every few seconds, and once more at the end.</summary>
internal sealed partial class JournalLoop(Journal journal, ILogger<JournalLoop> logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public void Start(TimeProvider time) => _loop = RunAsync(time);

    /// <summary>After a clean stop the journal knows everything: the requests are over by then.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        await TryAsync(async () =>
        {
            await journal.WriteAsync(CancellationToken.None);
            await journal.ReleaseAsync(CancellationToken.None);
        });
    }

    private async Task RunAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(Journal.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                await TryAsync(() => journal.WriteAsync(_stop.Token));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopping is how this loop ends.
        }
    }

    private async ValueTask TryAsync(Func<ValueTask> round)
    {
        try
        {
            await round();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // What it has to write waits in the database.
            LogFailed(e);
        }
    }

    [LoggerMessage(125, LogLevel.Error, "The journal could not be written; the next round tries again.")]
    private partial void LogFailed(Exception e);
}
