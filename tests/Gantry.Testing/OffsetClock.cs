namespace Gantry.Testing;

/// <summary>The system's clock, ahead by as much as it was told.</summary>
public sealed class OffsetClock : TimeProvider
{
    private long _ahead;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));
}
