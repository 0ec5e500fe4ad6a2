using System.Diagnostics;
using Gantry.Load.Traffic;

namespace Gantry.Load.Tests.Traffic;

public sealed class LatenciesTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(50, 50)]
    [InlineData(99, 99)]
    [InlineData(99.1, 100)]
    [InlineData(100, 100)]
    public void A_percentile_is_the_smallest_time_that_so_many_did_not_exceed(double percent, int wanted)
    {
        var latencies = new Latencies([.. Enumerable.Range(1, 100).Reverse().Select(second => second * Stopwatch.Frequency)]);
        Assert.Equal(TimeSpan.FromSeconds(wanted), latencies.Percentile(percent));
    }

    [Fact]
    public void Of_nothing_every_percentile_is_zero() => Assert.Equal(TimeSpan.Zero, new Latencies([]).Percentile(99));
}
