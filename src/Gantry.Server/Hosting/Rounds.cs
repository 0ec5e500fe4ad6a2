namespace Gantry.Server.Hosting;

/// <summary>Duties that come round by the clock until they are stopped. One that fails is told of, and comes round again.</summary>
internal sealed class Rounds : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loops = [];
    private readonly TimeProvider _time;
    private readonly Action<Exception> _failed;

    /// <param name="time">The clock.</param>
    /// <param name="failed">Told why a duty failed.</param>
    public Rounds(TimeProvider time, Action<Exception> failed) => (_time, _failed, Stopping) = (time, failed, _stop.Token);

    /// <summary>Ends what runs, between two steps of it. It may still be asked when all is over.</summary>
    public CancellationToken Stopping { get; }

    /// <param name="interval">Between two rounds.</param>
    /// <param name="duty">What is done.</param>
    /// <param name="atOnce">Whether the first round comes now, or after an interval.</param>
    public void Start(TimeSpan interval, Func<CancellationToken, ValueTask> duty, bool atOnce = false) => _loops.Add(RunAsync(interval, duty, atOnce));

    public Task StopAsync() => _stop.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Task.WhenAll(_loops);
        _stop.Dispose();
    }

    /// <summary>Does a duty, and tells of its failure instead of raising it.</summary>
    /// <param name="duty">What is done.</param>
    /// <param name="failed">Told why it failed.</param>
    /// <param name="stop">Whoever cancels this is told so; any other cancellation is a failure like others.</param>
    public static async ValueTask TryAsync(Func<CancellationToken, ValueTask> duty, Action<Exception> failed, CancellationToken stop)
    {
        try
        {
            await duty(stop);
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            // What is left waits in its store for the next round; until then nothing is lost but room.
            failed(e);
        }
    }

    private async Task RunAsync(TimeSpan interval, Func<CancellationToken, ValueTask> duty, bool atOnce)
    {
        using var timer = new PeriodicTimer(interval, _time);
        try
        {
            while (atOnce || await timer.WaitForNextTickAsync(Stopping))
            {
                atOnce = false;
                await TryAsync(duty, _failed, Stopping);
            }
        }
        catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
        {
            // Stopping is how this loop ends.
        }
    }
}
