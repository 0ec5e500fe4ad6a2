using Gantry.Server.Storage;
using Gantry.Server.Storage.FileSystem;
using Gantry.Server.Tests.Storage.FileSystem;
using Gantry.Testing;

namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>The simulated disk loses what may be lost and nothing else: schedules on a disk that forgives prove nothing.</summary>
public sealed class SimulatedDiskTests
{
    private static readonly BlobPath Target = BlobPath.Of("blobs/sha256/ab/abc");

    private readonly Seeded _chance = new(3);

    [Theory]
    [InlineData(false, false, Survival.Nothing, null)]
    [InlineData(true, false, Survival.Nothing, null)]
    [InlineData(false, true, Survival.Nothing, 0L)]
    [InlineData(true, true, Survival.Nothing, 5000L)]
    [InlineData(true, false, Survival.NamesAlone, 5000L)]
    [InlineData(false, false, Survival.BytesAlone, null)]
    [InlineData(false, false, Survival.Everything, 5000L)]
    public async Task A_driver_that_leaves_out_a_flush_loses_what_it_stored(bool flushesFiles, bool flushesFolders, Survival survival, long? left)
    {
        using var disk = new SimulatedDisk();
        var files = new SimulatedFiles(disk);
        var careless = new WatchedFiles(
            file =>
            {
                if (flushesFiles)
                    files.Flush(file);
            },
            folder =>
            {
                if (flushesFolders)
                    files.FlushFolder(folder);
            },
            files);
        await using (var driver = new FileSystemBlobDriver(disk.Root + "/data", careless))
            await driver.PutAsync(Target, new MemoryStream(new byte[5000]), default);

        using var after = disk.AfterPowerCut(survival, _chance);
        await using var next = new FileSystemBlobDriver(after.Root + "/data", new SimulatedFiles(after));
        Assert.Equal(left, (await next.StatAsync(Target, default))?.Size);
    }

    [Fact]
    public async Task A_kill_loses_nothing_and_makes_nothing_durable()
    {
        using var disk = new SimulatedDisk();
        var files = new SimulatedFiles(disk);
        await using (var driver = new FileSystemBlobDriver(disk.Root + "/data", new WatchedFiles(_ => { }, _ => { }, files)))
            await driver.PutAsync(Target, new MemoryStream(new byte[5000]), default);

        using var killed = disk.AfterKill();
        Assert.Equal(5000, new FileInfo(killed.Root + "/data/" + Target).Length);
        using var after = killed.AfterPowerCut(Survival.Nothing, _chance);
        Assert.False(File.Exists(after.Root + "/data/" + Target));
    }

    [Fact]
    public void A_torn_write_keeps_whole_sectors_of_the_old_or_the_new()
    {
        var mixed = 0;
        for (var round = 0; round < 50; round++)
        {
            var file = new DiskFile(Enumerable.Repeat((byte)1, 4096).ToArray());
            file.Write(Enumerable.Repeat((byte)2, 3000).ToArray(), 100);
            var left = file.Survivors(Survival.Anything, _chance);
            Assert.Equal(4096, left.Length);
            Assert.All(left, b => Assert.InRange(b, 1, 2));
            Assert.All(left[..100], b => Assert.Equal(1, b));
            Assert.All(left[3100..], b => Assert.Equal(1, b));
            mixed += left.Contains((byte)2) && left.AsSpan(100, 3000).Contains((byte)1) ? 1 : 0;
        }
        Assert.InRange(mixed, 1, 49);
    }
}
