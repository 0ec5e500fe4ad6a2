using System.Diagnostics;
using System.Globalization;
using Gantry.Server.Storage.FileSystem;
using Gantry.Testing;

namespace Gantry.Server.Tests.Storage.FileSystem;

/// <summary>Room on the disk is taken ahead of an upload's bytes, and nothing of it is kept that no byte fills.</summary>
public sealed class FileReservationTests : IDisposable
{
    private const int MiB = 1024 * 1024;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Room_is_taken_ahead_and_given_back_and_the_length_is_that_of_the_bytes()
    {
        var path = _folder.Join("growing");
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite);
        var reservation = new FileReservation(LocalFiles.Instance, file);
        RandomAccess.Write(file, new byte[4 * MiB], 0);

        reservation.Extend(4 * MiB, 5 * MiB, long.MaxValue);

        Assert.Equal(4 * MiB, RandomAccess.GetLength(file));
        Assert.InRange(RoomOf(path), 8 * MiB, long.MaxValue);
        reservation.ReleaseFrom(4 * MiB);
        Assert.Equal(4 * MiB, RandomAccess.GetLength(file));
        Assert.InRange(RoomOf(path), 4 * MiB, 5 * MiB);
    }

    [Fact]
    public void No_room_is_taken_beyond_what_was_announced_nor_for_small_files()
    {
        var path = _folder.Join("announced");
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite);
        var reservation = new FileReservation(LocalFiles.Instance, file);

        reservation.Extend(0, 64 * 1024, long.MaxValue);
        Assert.Equal(0, RoomOf(path));
        RandomAccess.Write(file, new byte[4 * MiB], 0);
        reservation.Extend(4 * MiB, 5 * MiB, 5 * MiB);

        Assert.InRange(RoomOf(path), 5 * MiB, (5 * MiB) + (64 * 1024));
    }

    [Fact]
    public async Task An_upload_of_unknown_length_that_stops_halfway_holds_its_bytes_alone()
    {
        await using var driver = new FileSystemBlobDriver(_folder.Join("data"));
        var upload = (await driver.OpenUploadAsync(null, default))!;
        await upload.AppendAsync(new MemoryStream(new byte[9 * MiB]), [], long.MaxValue, default);
        await upload.DisposeAsync();

        var path = Assert.Single(Directory.GetFiles(_folder.Join("data/uploads")));
        Assert.Equal(9 * MiB, new FileInfo(path).Length);
        Assert.InRange(RoomOf(path), 9 * MiB, 10 * MiB);
    }

    /// <summary>Bytes that a file takes of the disk, whatever its length.</summary>
    private static long RoomOf(string path)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%b %B", path]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var words = stat.StandardOutput.ReadToEnd().Split(' ');
        stat.WaitForExit();
        return long.Parse(words[0], CultureInfo.InvariantCulture) * long.Parse(words[1], CultureInfo.InvariantCulture);
    }
}
