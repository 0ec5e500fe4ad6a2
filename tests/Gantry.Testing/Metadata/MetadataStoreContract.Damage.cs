using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    [Fact]
    public async Task A_damaged_blob_is_found_by_nobody_until_its_bytes_are_brought_anew()
    {
        var blob = Blob("damaged");
        await UploadAsync(Samples, blob);
        var lease = await TakeJobAsync("quarantine", "one", Long);

        Assert.Equal(new GoingBlob(blob.Digest, blob.Size, GoingReason.Damage), await Store.TakeDamagedAsync(lease, blob.Digest, Long, default));
        Assert.Null(await Store.FindBlobAsync(Samples, blob.Digest, default));
        Assert.Equal(blob.Digest, Assert.Single(await Store.ListDamagedAsync(10, default)).Digest);
        Assert.Null(await Store.HoldBlobAsync(blob.Digest, Long, default));
        Assert.Null(await Store.TakeDamagedAsync(lease, blob.Digest, Long, default));

        Assert.True(await Store.SettleDamageAsync(lease, blob.Digest, whole: false, default));
        Assert.False(await Store.SettleDamageAsync(lease, blob.Digest, whole: true, default));
        Assert.Null(await Store.FindBlobAsync(Samples, blob.Digest, default));
        await UploadAsync(Samples, blob);
        Assert.Equal(blob.Size, await Store.FindBlobAsync(Samples, blob.Digest, default));
        Assert.Empty(await Store.ListDamagedAsync(10, default));
    }

    [Fact]
    public async Task A_blob_that_was_whole_after_all_is_found_again()
    {
        var blob = Blob("whole");
        await UploadAsync(Samples, blob);
        var lease = await TakeJobAsync("quarantine", "one", Long);
        Assert.NotNull(await Store.TakeDamagedAsync(lease, blob.Digest, Long, default));

        Assert.True(await Store.SettleDamageAsync(lease, blob.Digest, whole: true, default));
        Assert.Equal(blob.Size, await Store.FindBlobAsync(Samples, blob.Digest, default));
        Assert.NotNull(await Store.HoldBlobAsync(blob.Digest, Long, default));
    }

    [Fact]
    public async Task What_an_upload_holds_what_is_unknown_and_what_a_lost_lease_asks_for_is_not_taken_as_damaged()
    {
        var blob = Blob("held");
        await UploadAsync(Samples, blob);
        var lost = await TakeJobAsync("quarantine", "lost", Long);
        await Store.ReleaseJobAsync(lost, default);
        var lease = await TakeJobAsync("quarantine", "one", Long);
        var hold = await Store.HoldBlobAsync(blob.Digest, Long, default);

        Assert.Null(await Store.TakeDamagedAsync(lease, blob.Digest, Long, default));
        Assert.Null(await Store.TakeDamagedAsync(lease, Blob("unknown").Digest, Long, default));
        await Store.ReleaseHoldAsync(hold!.Value, default);
        Assert.Null(await Store.TakeDamagedAsync(lost, blob.Digest, Long, default));
        Assert.Equal(blob.Size, await Store.FindBlobAsync(Samples, blob.Digest, default));
        Assert.NotNull(await Store.TakeDamagedAsync(lease, blob.Digest, Long, default));
    }

    [Fact]
    public async Task An_old_candidate_that_is_being_moved_aside_is_passed_over_by_sweeps()
    {
        var (damaged, garbage) = (Blob("damaged"), Blob("garbage"));
        await UploadAsync(Samples, damaged);
        await UploadAsync(Samples, garbage);
        var (quarantine, collect) = (await TakeJobAsync("quarantine", "one", Long), await TakeJobAsync("collect", "one", Long));
        Assert.NotNull(await Store.TakeDamagedAsync(quarantine, damaged.Digest, Long, default));

        var batch = await TakeAsync(collect, TimeSpan.Zero);
        Assert.Equal([new SkippedBlob(damaged.Digest, SkipReason.Going)], batch.Skipped);
        Assert.Equal([garbage.Digest], batch.Taken.Select(blob => blob.Digest));
        Assert.Empty((await Store.TakeOrphansAsync(collect, [garbage.Digest, damaged.Digest], Long, default))!);

        Assert.True(await Store.SettleDamageAsync(quarantine, damaged.Digest, whole: false, default));
        Assert.Equal([damaged.Digest], (await TakeAsync(collect, TimeSpan.Zero)).Taken.Select(blob => blob.Digest));
    }

    [Fact]
    public async Task Damage_that_a_dead_node_left_is_taken_over_as_damage_and_settled_by_nobody_else()
    {
        var (damaged, garbage) = (Blob("damaged"), Blob("garbage"));
        await UploadAsync(Samples, damaged);
        var dead = await TakeJobAsync("quarantine", "dead", Short);
        Assert.NotNull(await Store.TakeDamagedAsync(dead, damaged.Digest, Short, default));
        await UploadAsync(Samples, garbage);
        Assert.Single((await TakeAsync(await TakeJobAsync("collect", "dead", Short), TimeSpan.Zero, Short)).Taken);
        await LetPassAsync(Short * 2);

        var next = await TakeJobAsync("quarantine", "next", Long);
        Assert.Equal([new GoingBlob(damaged.Digest, damaged.Size, GoingReason.Damage)], (await Store.TakeOverAsync(next, GoingReason.Damage, 10, Long, default))!);
        Assert.Empty((await Store.TakeOverAsync(next, GoingReason.Damage, 10, Long, default))!);
        Assert.False(await Store.SettleDamageAsync(dead, damaged.Digest, whole: true, default));
        Assert.Null(await Store.FindBlobAsync(Samples, damaged.Digest, default));
        Assert.Empty(await Store.RenewNotesAsync(dead, [damaged.Digest], Long, default));
        Assert.True(await Store.SettleDamageAsync(next, damaged.Digest, whole: true, default));
        Assert.Equal(damaged.Size, await Store.FindBlobAsync(Samples, damaged.Digest, default));
    }
}
