using System.Net;
using Gantry.Server.Defence;
using Gantry.Server.Metadata;

namespace Gantry.Server.Tests.Defence;

public sealed class RateLimitsTests
{
    private static readonly RegistryId Registry = new(1);
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress There = IPAddress.Parse("192.0.2.2");
    private readonly HandClock _clock = new();

    [Fact]
    public void Nothing_is_limited_unless_it_was_asked_for()
    {
        Assert.True(DefenceOptions.Off.IsOff);
        var limits = new RateLimits(DefenceOptions.Off, _clock);
        foreach (var kind in Enum.GetValues<RateClass>())
            Assert.Equal(RateVerdict.Unlimited, limits.Take(kind, Registry, "a", Here));
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var off = new RateLimits(DefenceOptions.Off, _clock);
        var on = new RateLimits(DefenceOptions.AcrPremium, _clock);
        off.Take(RateClass.Read, Registry, "a", Here);
        on.Take(RateClass.Read, Registry, "a", Here);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            off.Take(RateClass.Read, Registry, "a", Here);
            on.Take(RateClass.Read, Registry, "a", Here);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData("acr-standard", RateClass.Read, 10_000, 5_000)]
    [InlineData("acr-standard", RateClass.Write, 2_000, 1_000)]
    [InlineData("acr-standard", RateClass.Delete, 1_000, 500)]
    [InlineData("acr-standard", RateClass.Referrers, 500, 250)]
    [InlineData("acr-standard", RateClass.Token, 10_000, 0)]
    [InlineData("acr-premium", RateClass.Read, 20_000, 10_000)]
    [InlineData("acr-premium", RateClass.Write, 4_000, 2_000)]
    [InlineData("acr-premium", RateClass.Delete, 4_000, 2_000)]
    [InlineData("acr-premium", RateClass.Referrers, 2_000, 1_000)]
    [InlineData("acr-premium", RateClass.Token, 20_000, 0)]
    public void The_profiles_are_ACRs_figures(string profile, RateClass kind, long registry, long identity) =>
        Assert.Equal(new RateQuota(registry, identity), DefenceOptions.Find(profile)!.Of(kind));

    [Fact]
    public void An_identity_that_asks_too_often_leaves_the_others_their_share()
    {
        var limits = new RateLimits(DefenceOptions.Off with { Read = new RateQuota(Registry: 4, Identity: 2) }, _clock);
        for (var i = 0; i < 100; i++)
            Assert.Equal(i < 2, limits.Take(RateClass.Read, Registry, "noisy", Here).IsAllowed);
        Assert.True(limits.Take(RateClass.Read, Registry, "a", Here).IsAllowed);
        Assert.True(limits.Take(RateClass.Read, Registry, "b", Here).IsAllowed);
        // Of the registry's four none is left, although nobody else has asked twice.
        Assert.False(limits.Take(RateClass.Read, Registry, "c", Here).IsAllowed);
        Assert.True(limits.Take(RateClass.Read, new RegistryId(2), "c", Here).IsAllowed);
        Assert.True(limits.Take(RateClass.Write, Registry, "noisy", Here).IsAllowed);
    }

    [Fact]
    public void Callers_without_credentials_leave_half_of_the_sign_ins_to_those_who_have_some()
    {
        var limits = new RateLimits(DefenceOptions.Off with { Token = new RateQuota(Registry: 6, Identity: 0), Read = new RateQuota(2, 0) }, _clock);
        for (var i = 0; i < 100; i++)
            Assert.Equal(i < 3, limits.Take(RateClass.Token, Registry, null, Here).IsAllowed);
        for (var i = 0; i < 100; i++)
            Assert.Equal(i < 3, limits.Take(RateClass.Token, Registry, "a", Here).IsAllowed);
        // In the other classes their share is that of everybody.
        Assert.True(limits.Take(RateClass.Read, Registry, null, Here).IsAllowed);
        Assert.True(limits.Take(RateClass.Read, Registry, null, Here).IsAllowed);
    }

    [Fact]
    public void Callers_without_credentials_are_one_or_one_for_each_address()
    {
        var one = new RateLimits(DefenceOptions.Off with { Read = new RateQuota(0, 1) }, _clock);
        Assert.True(one.Take(RateClass.Read, Registry, null, Here).IsAllowed);
        Assert.False(one.Take(RateClass.Read, Registry, null, There).IsAllowed);

        var each = new RateLimits(DefenceOptions.Off with { Read = new RateQuota(0, 1), AnonymousByAddress = true }, _clock);
        Assert.True(each.Take(RateClass.Read, Registry, null, Here).IsAllowed);
        Assert.True(each.Take(RateClass.Read, Registry, null, There).IsAllowed);
        Assert.False(each.Take(RateClass.Read, Registry, null, There).IsAllowed);
    }

    [Fact]
    public void A_name_that_one_address_guesses_at_is_not_locked_for_the_others()
    {
        var attempts = new SignInAttempts(DefenceOptions.Off with { FailuresPerAddress = 0, FailuresPerName = 2 }, _clock);
        for (var i = 0; i < 1000; i++)
            Assert.Equal(i < 2, attempts.Failed(Registry, "a", Here) == TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(30), attempts.WaitOf(Registry, "a", Here));
        Assert.Equal(TimeSpan.Zero, attempts.WaitOf(Registry, "a", There));
        Assert.Equal(TimeSpan.Zero, attempts.WaitOf(Registry, "b", Here));

        // Many addresses that guess together are stopped together, far above what one of them may.
        var tried = 2;
        for (var i = 0; attempts.WaitOf(Registry, "a", There) == TimeSpan.Zero; i++, tried++)
            attempts.Failed(Registry, "a", IPAddress.Parse($"198.51.100.{i}"));
        Assert.Equal(2 * SignInAttempts.NameFactor, tried);
    }

    [Fact]
    public void Wrong_sign_ins_are_counted_by_address_and_by_name()
    {
        var attempts = new SignInAttempts(DefenceOptions.Off with { FailuresPerAddress = 3, FailuresPerName = 2 }, _clock);
        Assert.Equal(TimeSpan.Zero, attempts.Failed(Registry, "a", There));
        Assert.Equal(TimeSpan.Zero, attempts.Failed(Registry, "a", There));
        Assert.Equal(TimeSpan.FromSeconds(30), attempts.Failed(Registry, "a", There));
        Assert.Equal(TimeSpan.FromSeconds(30), attempts.WaitOf(Registry, "a", There));
        Assert.Equal(TimeSpan.Zero, attempts.Failed(Registry, "b", Here));

        Assert.Equal(TimeSpan.Zero, attempts.Failed(Registry, null, Here));
        Assert.Equal(TimeSpan.Zero, attempts.Failed(Registry, "c", Here));
        Assert.Equal(TimeSpan.FromSeconds(20), attempts.Failed(Registry, "d", Here));
        Assert.Equal(TimeSpan.FromSeconds(20), attempts.WaitOf(Registry, "e", Here));
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.Zero, attempts.WaitOf(Registry, "e", Here));
    }
}
