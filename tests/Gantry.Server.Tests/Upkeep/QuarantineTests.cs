using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Sql;
using Gantry.Server.Storage;
using Gantry.Server.Upkeep;
using Gantry.Testing;

namespace Gantry.Server.Tests.Upkeep;

/// <summary>Bytes that are moved aside by a node that stalls or dies on the way, while another one and a client go on.</summary>
public sealed class QuarantineTests
{
    private static readonly byte[] Bytes = "as they were pushed"u8.ToArray();

    private readonly OffsetClock _store = new();
    private readonly WatchedClock _clock = new();

    [Theory]
    [InlineData("read")]
    [InlineData("copy")]
    [InlineData("delete")]
    public async Task Bytes_that_a_client_brought_while_a_node_stalled_are_not_deleted(string stall)
    {
        await using var room = await OpenAsync();
        var (driver, blob) = ((GatedDriver)room.Driver, await UploadDamagedAsync(room));
        var stalled = false;
        async Task StallAsync(string step)
        {
            if (step != stall || !await room.Store.IsAnythingGoingAsync(default))
                return;
            // Its lease and its note are over: another node goes on, and a client after it.
            (stalled, driver.Reading, driver.Putting, _clock.Asked) = (true, null, null, null);
            _store.Advance(NoteTerm.Lifetime * 2);
            await room.Quarantine.FinishOthersAsync(default);
            Assert.False(File.Exists(room.FileOf(blob.Digest)));
            await room.UploadAsync(room.Repository("samples/artifact"), Bytes);
        }
        driver.Reading = _ => StallAsync("read");
        driver.Putting = _ => StallAsync("copy");
        // The look at the clock before the last renewal.
        _clock.Asked = () => StallAsync("delete");

        await Assert.ThrowsAsync<IOException>(async () => await room.Quarantine.ExamineAsync(blob.Digest, blob.Size, default));

        Assert.True(stalled);
        Assert.Equal(Bytes, await room.PullAsync(room.Repository("samples/artifact"), blob.Digest));
        Assert.False(await room.Store.IsAnythingGoingAsync(default));
    }

    [Fact]
    public async Task The_note_lasts_for_as_long_as_bytes_are_read_and_copied()
    {
        _clock.Skipped = KeptNote.Interval;
        await using var room = await OpenAsync();
        var (driver, blob) = ((GatedDriver)room.Driver, await UploadDamagedAsync(room));
        var other = await room.Store.TakeJobAsync("another", "node", NoteTerm.Lifetime, default);
        var rounds = 0;
        driver.Putting = async _ =>
        {
            for (; rounds < 3; rounds++)
            {
                _store.Advance(NoteTerm.Lifetime / 2);
                await RenewedAsync(room);
            }
            Assert.Empty((await room.Store.TakeOverAsync(other!, GoingReason.Damage, 10, NoteTerm.Lifetime, default))!);
        };

        Assert.Equal(Soundness.Wrong, await room.Quarantine.ExamineAsync(blob.Digest, blob.Size, default));
        Assert.Equal(3, rounds);
        Assert.False(File.Exists(room.FileOf(blob.Digest)));
    }

    [Fact]
    public async Task What_a_dead_node_left_is_moved_aside_and_can_be_pushed()
    {
        await using var room = await OpenAsync();
        var blob = await UploadDamagedAsync(room);
        var dead = await room.Store.TakeJobAsync(Quarantine.Job, "dead", NoteTerm.Lifetime, default);
        Assert.NotNull(await room.Store.TakeDamagedAsync(dead!, blob.Digest, NoteTerm.Lifetime, default));
        _store.Advance(NoteTerm.Lifetime * 2);

        // A collection has no business with it.
        Assert.Equal(0, await room.Collector.FinishOthersAsync(default));
        await room.Quarantine.FinishOthersAsync(default);

        Assert.False(File.Exists(room.FileOf(blob.Digest)));
        Assert.NotNull(await room.Driver.StatAsync(BlobPaths.Quarantine(blob.Digest), default));
        await room.UploadAsync(room.Repository("samples/artifact"), Bytes);
        Assert.Equal(Bytes, await room.PullAsync(room.Repository("samples/artifact"), blob.Digest));
    }

    [Fact]
    public async Task A_delete_that_does_not_come_back_leaves_the_note_for_another_node()
    {
        await using var room = await OpenAsync();
        var (driver, blob) = ((GatedDriver)room.Driver, await UploadDamagedAsync(room));
        _clock.Skipped = NoteTerm.Deadline;
        driver.Deleting = (_, ct) => Task.Delay(Timeout.Infinite, ct);

        await Assert.ThrowsAsync<IOException>(async () => await room.Quarantine.ExamineAsync(blob.Digest, blob.Size, default));
        Assert.Null(await room.Store.HoldBlobAsync(blob.Digest, NoteTerm.Lifetime, default));

        (driver.Deleting, _clock.Skipped) = (null, null);
        _store.Advance(NoteTerm.Lifetime * 2);
        await room.Quarantine.FinishOthersAsync(default);
        Assert.False(File.Exists(room.FileOf(blob.Digest)));
        Assert.NotNull(await room.Store.HoldBlobAsync(blob.Digest, NoteTerm.Lifetime, default));
    }

    private Task<UpkeepRoom> OpenAsync() => UpkeepRoom.OpenAsync(
        TimeSpan.FromHours(1), driver => new GatedDriver(driver, () => Task.CompletedTask), new UpkeepRoom.Clocks { Store = _store, Notes = _clock });

    private static async Task<Descriptor> UploadDamagedAsync(UpkeepRoom room)
    {
        var blob = await room.UploadAsync(room.Repository("samples/artifact"), Bytes);
        await File.WriteAllTextAsync(room.FileOf(blob.Digest), "as they were not ..");
        return blob;
    }

    private async Task RenewedAsync(UpkeepRoom room)
    {
        // Renewals come without a pause here. A note that is not renewed is found by the test that called.
        for (var i = 0; i < 1000; i++)
        {
            if (await ((SqlMetadataStore)room.Store).ReadAsync(db => db.Number("select ends from blob_going"), default) is { } ends
                && new DateTimeOffset(ends, TimeSpan.Zero) > _store.GetUtcNow() + (NoteTerm.Lifetime * 0.75))
                return;
            await Task.Delay(10);
        }
    }
}
