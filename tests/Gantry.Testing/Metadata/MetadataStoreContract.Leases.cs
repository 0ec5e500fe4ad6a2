using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    // Short enough to be waited for where the store's clock cannot be moved.
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_job_has_one_holder_at_a_time_and_its_fence_rises_with_each_new_one()
    {
        var first = await TakeJobAsync("collect", "one", Long);
        Assert.Null(await Store.TakeJobAsync("collect", "two", Long, default));
        Assert.NotNull(await Store.TakeJobAsync("scrub", "two", Long, default));

        var again = await TakeJobAsync("collect", "one", Long);
        Assert.Equal(first.Fence, again.Fence);

        await Store.ReleaseJobAsync(again, default);
        var second = await TakeJobAsync("collect", "two", Long);
        Assert.True(second.Fence > first.Fence);
        await Store.ReleaseJobAsync(second, default);
        var third = await TakeJobAsync("collect", "one", Long);
        Assert.True(third.Fence > second.Fence);
    }

    [Fact]
    public async Task A_job_whose_holder_fell_silent_is_anothers_and_the_silent_one_may_nothing_any_more()
    {
        var silent = await TakeJobAsync("collect", "silent", Short);
        await LetPassAsync(Short * 2);
        var next = await TakeJobAsync("collect", "next", Long);

        Assert.True(next.Fence > silent.Fence);
        Assert.Null(await Store.RenewJobAsync(silent, Long, default));
        Assert.False(await Store.WriteJobStateAsync(silent, "late", default));
        Assert.Null(await Store.TakeCandidatesAsync(new SweepTerms { Lease = silent, Grace = TimeSpan.Zero, Limit = 10, Lifetime = Long }, default));
        Assert.Null(await Store.TakeOverAsync(silent, GoingReason.Garbage, 10, Long, default));

        // Nor does it give away what is not its own.
        await Store.ReleaseJobAsync(silent, default);
        Assert.Null(await Store.TakeJobAsync("collect", "third", Long, default));
        Assert.Equal("next", (await Store.FindJobAsync("collect", default))!.Holder);
    }

    [Fact]
    public async Task A_lease_that_is_renewed_in_time_lasts()
    {
        var lease = await TakeJobAsync("collect", "one", Short);
        for (var i = 0; i < 3; i++)
        {
            lease = await Store.RenewJobAsync(lease, Long, default);
            Assert.NotNull(lease);
            await LetPassAsync(Short);
        }
        Assert.Null(await Store.TakeJobAsync("collect", "two", Long, default));

        // Late, but nobody was in the way.
        lease = await Store.RenewJobAsync(lease, TimeSpan.Zero, default);
        Assert.NotNull(await Store.RenewJobAsync(lease!, Long, default));
    }

    [Fact]
    public async Task Of_many_that_take_a_job_at_once_one_has_it()
    {
        var leases = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Store.TakeJobAsync("collect", $"holder {i}", Long, default).AsTask()));

        var lease = Assert.Single(leases, lease => lease is not null);
        Assert.Equal(lease!.Holder, (await Store.FindJobAsync("collect", default))!.Holder);
    }

    [Fact]
    public async Task What_the_holder_of_a_job_wrote_is_there_for_the_next_one()
    {
        Assert.Null(await Store.FindJobAsync("scrub", default));
        var lease = await TakeJobAsync("scrub", "one", Long);
        Assert.Equal(new JobRecord("one", lease.Fence, null), await Store.FindJobAsync("scrub", default));

        Assert.True(await Store.WriteJobStateAsync(lease, "cursor 1", default));
        Assert.True(await Store.WriteJobStateAsync(lease, "cursor 2", default));
        await Store.ReleaseJobAsync(lease, default);
        Assert.False(await Store.WriteJobStateAsync(lease, "too late", default));

        await ReopenAsync();
        Assert.Equal(new JobRecord(null, lease.Fence, "cursor 2"), await Store.FindJobAsync("scrub", default));
    }

    private async Task<JobLease> TakeJobAsync(string name, string holder, TimeSpan lifetime)
    {
        var lease = await Store.TakeJobAsync(name, holder, lifetime, default);
        Assert.NotNull(lease);
        return lease;
    }
}
