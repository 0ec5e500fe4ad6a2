using System.Text;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Upkeep;
using Gantry.Testing;

namespace Gantry.Server.Tests.Upkeep;

/// <summary>Sweeps that sleep, fail, stop or die between taking rows and deleting bytes.</summary>
public sealed class CollectorTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly byte[] Bytes = "garbage"u8.ToArray();

    [Fact]
    public async Task A_sweep_that_slept_deletes_nothing_that_others_finished_and_a_client_brought_anew()
    {
        var (store, clock) = (new OffsetClock(), new WatchedClock());
        await using var room = await UpkeepRoom.OpenAsync(Minute, clocks: new UpkeepRoom.Clocks { Store = store, Notes = clock });
        var repository = room.Repository("samples/artifact");
        var blob = await room.UploadAsync(repository, Bytes);
        store.Advance(Minute * 2);
        clock.Asked = async () =>
        {
            if (!await room.Store.IsAnythingGoingAsync(default))
                return;
            // The machine is frozen here. When it goes on its clock is set.
            clock.Asked = null;
            store.Advance(NoteTerm.Lifetime * 2);
            Assert.Equal(1, await room.Collector.FinishOthersAsync(default));
            await room.UploadAsync(repository, Bytes);
            clock.Advance(NoteTerm.Lifetime * 2);
        };

        var report = await room.CollectAsync(grace: Minute);

        Assert.Null(clock.Asked);
        Assert.Equal((0, 0), (report.Blobs, report.Failed));
        Assert.Equal(Bytes, await room.PullAsync(repository, blob.Digest));
    }

    [Fact]
    public async Task A_sweep_that_was_slow_goes_on_with_what_is_still_its_own()
    {
        var clock = new WatchedClock();
        await using var room = await UpkeepRoom.OpenAsync(TimeSpan.Zero, clocks: new UpkeepRoom.Clocks { Notes = clock });
        var blobs = await UploadAsync(room, 12);
        clock.Asked = async () =>
        {
            if (await room.Store.IsAnythingGoingAsync(default))
                clock.Asked = null;
            clock.Advance(clock.Asked is null ? Minute : TimeSpan.Zero);
        };

        Assert.Equal(12, (await room.CollectAsync()).Blobs);
        Assert.Null(clock.Asked);
        Assert.All(blobs, blob => Assert.False(File.Exists(room.FileOf(blob.Digest))));
    }

    [Fact]
    public async Task A_delete_that_does_not_come_back_is_given_up_and_finished_by_another_sweep()
    {
        var (store, clock) = (new OffsetClock(), new WatchedClock { Skipped = NoteTerm.Deadline });
        GatedDriver? gated = null;
        await using var room = await UpkeepRoom.OpenAsync(
            TimeSpan.Zero, driver => gated = new GatedDriver(driver, () => Task.CompletedTask), new UpkeepRoom.Clocks { Store = store, Notes = clock });
        var blob = Assert.Single(await UploadAsync(room, 1));
        gated!.Deleting = (_, ct) => Task.Delay(Timeout.Infinite, ct);

        var report = await room.CollectAsync();
        Assert.Equal((0, 1), (report.Blobs, report.Failed));
        Assert.Contains("took too long", Assert.Single(report.Errors!), StringComparison.Ordinal);
        Assert.Null(await room.Store.HoldBlobAsync(blob.Digest, Minute, default));

        (gated.Deleting, clock.Skipped) = (null, null);
        Assert.Equal(0, await room.Collector.FinishOthersAsync(default));
        store.Advance(NoteTerm.Lifetime * 2);
        Assert.Equal(1, await room.Collector.FinishOthersAsync(default));
        Assert.False(File.Exists(room.FileOf(blob.Digest)));
        Assert.NotNull(await room.Store.HoldBlobAsync(blob.Digest, Minute, default));
    }

    [Fact]
    public async Task A_sweep_that_can_delete_nothing_ends_with_its_first_batch()
    {
        GatedDriver? gated = null;
        await using var room = await UpkeepRoom.OpenAsync(TimeSpan.Zero, driver => gated = new GatedDriver(driver, () => Task.CompletedTask));
        await UploadAsync(room, 12);
        gated!.Deleting = (_, _) => Task.FromException(new IOException("the store is out of reach"));

        var report = await room.CollectAsync();

        // A batch of the room has five. The others keep their rows, and can be pushed.
        Assert.Equal((0, 5), (report.Blobs, report.Failed));
        Assert.Equal(7, (await room.Store.ListCandidatesAsync(TimeSpan.Zero, null, 100, default)).Count);
    }

    [Fact]
    public async Task A_sweep_that_is_stopped_finishes_what_it_has_deleted()
    {
        using var stop = new CancellationTokenSource();
        var (sweeping, gates) = (false, 0);
        // The second gate is behind the delete.
        await using var room = await UpkeepRoom.OpenAsync(
            TimeSpan.Zero, driver => new GatedDriver(driver, () => sweeping && ++gates == 2 ? stop.CancelAsync() : Task.CompletedTask));
        var blob = Assert.Single(await UploadAsync(room, 1));
        sweeping = true;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await room.Collector.CollectAsync(new CollectRequest { Grace = 0 }, _ => { }, stop.Token));
        Assert.False(File.Exists(room.FileOf(blob.Digest)));
        Assert.NotNull(await room.Store.HoldBlobAsync(blob.Digest, Minute, default));
    }

    [Fact]
    public async Task What_was_left_is_finished_while_a_long_sweep_or_a_backup_keeps_others_away()
    {
        var store = new OffsetClock();
        await using var room = await UpkeepRoom.OpenAsync(TimeSpan.Zero, clocks: new UpkeepRoom.Clocks { Store = store });
        var blob = Assert.Single(await UploadAsync(room, 1));
        var dead = await room.Store.TakeJobAsync(Collector.Job, "dead", TimeSpan.FromSeconds(1), default);
        var terms = new SweepTerms { Lease = dead!, Grace = TimeSpan.Zero, Limit = 10, Lifetime = TimeSpan.FromSeconds(1) };
        Assert.Single((await room.Store.TakeCandidatesAsync(terms, default))!.Taken);
        store.Advance(Minute);
        Assert.NotNull(await room.Store.TakeJobAsync(Collector.Job, "long", Minute, default));

        Assert.Equal(1, await room.Collector.FinishOthersAsync(default));
        Assert.False(File.Exists(room.FileOf(blob.Digest)));
        await room.UploadAsync(room.Repository("samples/artifact"), Encoding.UTF8.GetBytes("garbage 0"));
    }

    private static async Task<List<Descriptor>> UploadAsync(UpkeepRoom room, int count)
    {
        var blobs = new List<Descriptor>();
        for (var i = 0; i < count; i++)
            blobs.Add(await room.UploadAsync(room.Repository("samples/artifact"), Encoding.UTF8.GetBytes($"garbage {i}")));
        return blobs;
    }
}
