using Gantry.Server.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gantry.Server.Tests.Upkeep;

public sealed class SuspicionTests
{
    [Fact]
    public async Task However_many_pulls_fail_a_blob_is_read_by_one_examination_at_a_time()
    {
        var (reads, go) = (0, new TaskCompletionSource());
        await using var room = await UpkeepRoom.OpenAsync(TimeSpan.FromHours(1), driver => new WatchedReads(driver)
        {
            Read = async () =>
            {
                Interlocked.Increment(ref reads);
                await go.Task;
                return true;
            },
        });
        var repository = room.Repository("samples/artifact");
        var (first, second) = (await room.UploadAsync(repository, "first"u8.ToArray()), await room.UploadAsync(repository, "second"u8.ToArray()));
        await using var upkeep = new UpkeepParts(room.Store, room.Driver, new ServerLimits(), TimeProvider.System, NullLoggerFactory.Instance);

        for (var i = 0; i < 10; i++)
        {
            upkeep.Suspect(await room.Content.Blobs.FindAsync(repository, first.Digest, default));
            upkeep.Suspect(await room.Content.Blobs.FindAsync(repository, second.Digest, default));
        }
        Assert.Equal(1, reads);

        go.SetResult();
        await upkeep.Examined;
        Assert.Equal(2, reads);
        upkeep.Suspect(await room.Content.Blobs.FindAsync(repository, first.Digest, default));
        await upkeep.Examined;
        Assert.Equal(3, reads);
    }
}
