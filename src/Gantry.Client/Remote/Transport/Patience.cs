namespace Gantry.Client.Remote.Transport;

/// <summary>How long nothing may happen. Each sign of life winds it up again.</summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly TimeSpan _limit;
    private readonly ITimer _timer;

    public Patience(TimeSpan limit, TimeProvider time)
    {
        _limit = limit;
        _timer = time.CreateTimer(static state => ((Patience)state!).End(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Cancelled when it is over.</summary>
    public CancellationToken Token => _end.Token;

    public bool IsOver => _end.IsCancellationRequested;

    /// <summary>Counts from now.</summary>
    public void Restart() => _timer.Change(_limit, Timeout.InfiniteTimeSpan);

    /// <summary>Does not count until it is restarted.</summary>
    public void Pause() => _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>What is told when it is over: an error of the line, so that whatever can go on or begin again does.</summary>
    public IOException Explain(string host, string missing) =>
        new($"{host} {missing} for {_limit.TotalSeconds:0} seconds", new TimeoutException());

    public void Dispose()
    {
        _timer.Dispose();
        _end.Dispose();
    }

    private void End()
    {
        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It rang while it was put away.
        }
    }
}
