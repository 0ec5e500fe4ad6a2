namespace Gantry.Server.Defence;

/// <summary>A token bucket's arithmetic. The bucket itself is one number: the moment at which it will be full again.</summary>
/// <remarks><code>
///   full at ◄───────── capacity ─────────►
///   ────────┼──────────┼─────────────────┼────► time
///          now      full at        now + capacity
/// </code>
/// Taking one moves the moment to the right by one interval, and is refused where it would pass now + capacity.
/// A bucket that nobody touches fills by the clock alone, so there is nothing to tick, and one compare-and-swap takes.
/// </remarks>
public readonly struct BucketRate
{
    private readonly long _interval;
    private readonly long _capacity;
    private readonly long _frequency;

    /// <param name="count">How many the bucket holds; it fills with as many in each period.</param>
    /// <param name="period">The period.</param>
    /// <param name="time">The clock whose timestamps are given to the methods.</param>
    public BucketRate(long count, TimeSpan period, TimeProvider time)
    {
        _frequency = time.TimestampFrequency;
        // A clock of nanoseconds, as Linux has, divides finely enough for millions a minute.
        _interval = Math.Max(1, (long)(period.TotalSeconds * _frequency / count));
        _capacity = _interval * count;
    }

    /// <summary>Takes one, where one is there.</summary>
    public RateVerdict Take(ref long fullAt, long now)
    {
        while (true)
        {
            var seen = Volatile.Read(ref fullAt);
            var next = Math.Max(seen, now) + _interval;
            if (next - now > _capacity)
                return new RateVerdict(Time(next - now - _capacity), 0);
            if (Interlocked.CompareExchange(ref fullAt, next, seen) == seen)
                return new RateVerdict(TimeSpan.Zero, Left(next, now));
        }
    }

    /// <summary>What <see cref="Take"/> would say, without taking.</summary>
    public RateVerdict Look(long fullAt, long now)
    {
        var next = Math.Max(fullAt, now) + _interval;
        return next - now > _capacity ? new RateVerdict(Time(next - now - _capacity), 0) : new RateVerdict(TimeSpan.Zero, Left(next, now) + 1);
    }

    /// <summary>Puts one back that was taken in vain.</summary>
    public void Return(ref long fullAt) => Interlocked.Add(ref fullAt, -_interval);

    private long Left(long fullAt, long now) => (_capacity - (fullAt - now)) / _interval;

    private TimeSpan Time(long ticks) => TimeSpan.FromSeconds((double)ticks / _frequency);
}
