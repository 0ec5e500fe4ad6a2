namespace Gantry.Server.Tests.Upkeep;

/// <summary>The system's clock, ahead by as much as it was told; something may happen whenever it is asked, and waits of one length are over at once.</summary>
internal sealed class WatchedClock : TimeProvider
{
    private long _ahead;
    private int _asking;

    /// <summary>What happens before the time is told; not while it happens already.</summary>
    public Func<Task>? Asked { get; set; }

    public TimeSpan? Skipped { get; set; }

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

    public override DateTimeOffset GetUtcNow()
    {
        if (Asked is { } asked && Interlocked.Exchange(ref _asking, 1) == 0)
        {
            asked().GetAwaiter().GetResult();
            Volatile.Write(ref _asking, 0);
        }
        return base.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime == Skipped ? TimeSpan.Zero : dueTime, period);
}
