using Gantry.Server.Defence;
using Gantry.Server.Http;
using Gantry.Server.Tests.Defence;

namespace Gantry.Server.Tests.Http;

public sealed class RecentRecordsTests
{
    private readonly HandClock _clock = new();

    [Fact]
    public void Each_is_recorded_once_in_the_interval_and_says_how_often_it_came_meanwhile()
    {
        var recent = new RecentRecords(TimeSpan.FromMinutes(10), _clock);
        Assert.True(recent.IsFirst(new BucketKey(1), out var repeated));
        Assert.Equal(0, repeated);
        for (var i = 0; i < 5; i++)
            Assert.False(recent.IsFirst(new BucketKey(1), out _));
        Assert.True(recent.IsFirst(new BucketKey(2), out repeated));
        Assert.Equal(0, repeated);
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.True(recent.IsFirst(new BucketKey(1), out repeated));
        Assert.Equal(5, repeated);
        Assert.False(recent.IsFirst(new BucketKey(1), out _));
    }

    [Fact]
    public void A_flood_of_keys_keeps_nothing_out_of_the_record()
    {
        var recent = new RecentRecords(TimeSpan.FromMinutes(10), _clock, places: 64);
        for (var i = 1UL; i <= 1000; i++)
            Assert.True(recent.IsFirst(new BucketKey(i), out _));
    }
}
