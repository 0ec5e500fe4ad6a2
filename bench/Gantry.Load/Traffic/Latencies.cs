using System.Diagnostics;

namespace Gantry.Load.Traffic;

/// <summary>How long each operation took, sorted.</summary>
internal sealed class Latencies
{
    private readonly long[] _sorted;

    /// <param name="ticks">Of <see cref="Stopwatch"/>, in any order; sorted in place.</param>
    public Latencies(long[] ticks)
    {
        Array.Sort(ticks);
        _sorted = ticks;
    }

    public TimeSpan Max => At(_sorted.Length);

    /// <summary>The smallest time that <paramref name="percent"/> of the operations did not exceed (nearest rank).</summary>
    public TimeSpan Percentile(double percent) => At((int)Math.Ceiling(percent / 100 * _sorted.Length));

    private TimeSpan At(int rank) => _sorted.Length == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(0, _sorted[Math.Clamp(rank, 1, _sorted.Length) - 1]);
}
