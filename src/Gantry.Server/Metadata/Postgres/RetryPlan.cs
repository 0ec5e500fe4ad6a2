using System.Diagnostics;
using System.Security.Cryptography;

namespace Gantry.Server.Metadata.Postgres;

/// <summary>When to try again, and when to give up: pauses that double, each cut by chance so that many nodes do not come back at once.</summary>
internal sealed class RetryPlan(PostgresTimes times, long deadline)
{
    private TimeSpan _pause = times.FirstPause;

    /// <summary>The moment so far from now, on the clock of <see cref="Stopwatch"/>.</summary>
    public static long After(TimeSpan time) => Stopwatch.GetTimestamp() + Ticks(time);

    /// <summary>A time in the ticks of that clock.</summary>
    public static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    public bool IsOver => Stopwatch.GetTimestamp() >= deadline;

    /// <summary>Pauses before another attempt; false where there shall be none, because the time is over or <paramref name="stop"/> is set.</summary>
    public bool Pause(ManualResetEvent stop)
    {
        if (IsOver)
            return false;
        var chosen = RandomNumberGenerator.GetInt32((int)_pause.TotalMilliseconds / 2, (int)_pause.TotalMilliseconds + 1);
        _pause = _pause * 2 < times.LongestPause ? _pause * 2 : times.LongestPause;
        return !stop.WaitOne(chosen);
    }
}
