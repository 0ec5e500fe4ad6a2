using System.Net;
using Gantry.Server.Defence;
using Gantry.Server.Metadata;

namespace Gantry.Server.Tests.Defence;

public sealed class BucketTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly HandClock _clock = new();

    [Fact]
    public void A_bucket_gives_what_it_holds_and_then_says_exactly_when_to_come_again()
    {
        var rate = new BucketRate(60, Minute, _clock);
        long bucket = 0;
        for (var left = 59; left >= 0; left--)
            Assert.Equal(new RateVerdict(TimeSpan.Zero, left), rate.Take(ref bucket, _clock.GetTimestamp()));

        var refused = rate.Take(ref bucket, _clock.GetTimestamp());
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Wait);
        Assert.Equal(refused, rate.Look(bucket, _clock.GetTimestamp()));

        _clock.Advance(refused.Wait - TimeSpan.FromTicks(1));
        Assert.Equal(TimeSpan.FromTicks(1), rate.Take(ref bucket, _clock.GetTimestamp()).Wait);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(rate.Take(ref bucket, _clock.GetTimestamp()).IsAllowed);
        Assert.False(rate.Take(ref bucket, _clock.GetTimestamp()).IsAllowed);
    }

    [Fact]
    public void A_bucket_that_was_left_alone_is_full_and_not_more()
    {
        var rate = new BucketRate(5, Minute, _clock);
        long bucket = 0;
        for (var i = 0; i < 5; i++)
            rate.Take(ref bucket, _clock.GetTimestamp());
        _clock.Advance(TimeSpan.FromHours(10));
        for (var i = 0; i < 5; i++)
            Assert.True(rate.Take(ref bucket, _clock.GetTimestamp()).IsAllowed);
        Assert.False(rate.Take(ref bucket, _clock.GetTimestamp()).IsAllowed);
    }

    [Fact]
    public async Task Many_threads_get_no_more_than_the_bucket_holds()
    {
        var table = new BucketTable(new BucketRate(1000, Minute, _clock), _clock);
        var taken = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                if (table.Take(new BucketKey(7)).IsAllowed)
                    Interlocked.Increment(ref taken);
            }
        })));
        Assert.Equal(1000, taken);
    }

    [Fact]
    public void A_flood_of_keys_takes_no_room_and_forgives_nobody()
    {
        var table = new BucketTable(new BucketRate(2, Minute, _clock), _clock, places: 64);
        var noisy = new BucketKey(1);
        while (table.Take(noisy).IsAllowed)
        {
        }
        var allowed = 0;
        for (ulong key = 2; key < 10_000; key++)
        {
            if (table.Take(new BucketKey(key)).IsAllowed)
                allowed++;
        }
        Assert.Equal(64, table.Places);
        // Each place gives what it holds once, whoever comes to it.
        Assert.True(allowed <= 64 * 2, $"{allowed} of the flood were let through");
        Assert.False(table.Take(noisy).IsAllowed);
    }

    [Fact]
    public void Looking_takes_nothing()
    {
        var table = new BucketTable(new BucketRate(1, Minute, _clock), _clock);
        var key = new BucketKey(9);
        for (var i = 0; i < 10; i++)
            Assert.True(table.Look(key).IsAllowed);
        Assert.True(table.Take(key).IsAllowed);
        Assert.False(table.Look(key).IsAllowed);
        table.Return(key);
        Assert.True(table.Take(key).IsAllowed);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::1", "127.0.0.1", false)]
    public void An_address_is_one_caller_for_IPv4_and_64_bits_for_IPv6(string one, string other, bool same) =>
        Assert.Equal(same, BucketKey.Of(IPAddress.Parse(one)) == BucketKey.Of(IPAddress.Parse(other)));

    [Fact]
    public void A_name_is_another_in_another_registry()
    {
        Assert.Equal(BucketKey.Of(new RegistryId(1), "a"), BucketKey.Of(new RegistryId(1), "a"));
        Assert.NotEqual(BucketKey.Of(new RegistryId(1), "a"), BucketKey.Of(new RegistryId(2), "a"));
        Assert.NotEqual(BucketKey.Of(new RegistryId(1), "a"), BucketKey.Of(new RegistryId(1), "b"));
    }
}
