using Gantry.Protocol.Oci;
using Gantry.Server.Tests.Upkeep;
using Gantry.Server.Upkeep;
using Gantry.Testing;

namespace Gantry.Server.Tests.Registry;

public sealed class UploadWaitTests
{
    [Fact]
    public async Task An_upload_asks_less_and_less_often_whether_its_digest_has_gone()
    {
        var clock = new SkippingClock();
        await using var room = await UpkeepRoom.OpenAsync(TimeSpan.Zero, clocks: new UpkeepRoom.Clocks { Content = clock });
        var (repository, bytes) = (room.Repository("samples/artifact"), "brought anew"u8.ToArray());
        var lease = await room.Store.TakeJobAsync(Collector.Job, "sweep", TimeSpan.FromMinutes(1), default);
        var going = Assert.Single((await room.Store.TakeOrphansAsync(lease!, [Digest.Of(bytes)], TimeSpan.FromMinutes(1), default))!);
        var before = clock.Waits.Count;

        var upload = room.UploadAsync(repository, bytes);
        while (clock.Waits.Count < before + 8 && !upload.IsCompleted)
            await Task.Yield();
        await room.Store.FinishAsync(lease!, [going.Digest], default);
        var blob = await upload;

        Assert.Equal([20, 40, 80, 160, 320, 500, 500, 500], clock.Waits.Skip(before).Take(8).Select(wait => wait.TotalMilliseconds));
        Assert.Equal(bytes, await room.PullAsync(repository, blob.Digest));
    }
}
