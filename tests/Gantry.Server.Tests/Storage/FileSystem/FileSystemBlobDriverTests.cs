using System.IO.Pipelines;
using Gantry.Protocol.Distribution;
using Gantry.Server.Storage;
using Gantry.Server.Storage.FileSystem;
using Gantry.Testing;
using Gantry.Testing.Storage;

namespace Gantry.Server.Tests.Storage.FileSystem;

public sealed class FileSystemBlobDriverTests : BlobDriverContract
{
    private static readonly BlobPath Piped = BlobPath.Of("blobs/piped");

    private readonly TemporaryFolder _folder = new();

    private string Root => _folder.Join("data");

    protected override ValueTask<IBlobDriver> OpenAsync() => new(new FileSystemBlobDriver(Root));

    protected override ValueTask RemoveAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(5, 100L)]
    [InlineData(250_000, 20_000L)]
    [InlineData(999_999, null)]
    [InlineData(2_000_000, null)]
    public async Task A_range_goes_straight_into_a_pipe(long offset, long? length)
    {
        var content = Bytes(1_000_000);
        await Driver.PutAsync(Piped, new MemoryStream(content), default);
        var expected = await ReadAsync(Piped, new ByteRange(offset, length));
        using var received = new MemoryStream();
        var pipe = PipeWriter.Create(received, new StreamPipeWriterOptions(leaveOpen: true));

        var written = await ((IBlobPipeSource)Driver).CopyToAsync(Piped, new ByteRange(offset, length), pipe, default);
        await pipe.CompleteAsync();

        Assert.Equal(expected!.Length, written);
        Assert.Equal(expected, received.ToArray());
    }

    [Fact]
    public async Task A_pipe_gets_nothing_of_an_object_that_is_not_there() =>
        Assert.Equal(-1, await ((IBlobPipeSource)Driver).CopyToAsync(Piped, ByteRange.All, new Pipe().Writer, default));

    [Fact]
    public async Task A_pipe_whose_reader_left_ends_the_copy()
    {
        await Driver.PutAsync(Piped, new MemoryStream(Bytes(2_000_000)), default);
        var pipe = new Pipe();
        await pipe.Reader.CompleteAsync();

        Assert.InRange(await ((IBlobPipeSource)Driver).CopyToAsync(Piped, ByteRange.All, pipe.Writer, default), 1, 1_999_999);
    }

    [Fact]
    public async Task Paths_below_the_folder_of_uploads_belong_to_the_driver()
    {
        await using var upload = await Driver.OpenUploadAsync(null, default);
        var path = BlobPath.Of($"uploads/{upload!.Token}");

        await Assert.ThrowsAsync<ArgumentException>(async () => await Driver.DeleteAsync(path, default));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Driver.OpenReadAsync(path, ByteRange.All, default));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Driver.StatAsync(default, default));
    }

    [Fact]
    public async Task Files_and_folders_are_the_servers_own_alone()
    {
        if (OperatingSystem.IsWindows())
            return;
        await Driver.PutAsync(BlobPath.Of("blobs/sha256/ab/abc"), new MemoryStream([1]), default);
        await using var upload = await Driver.OpenUploadAsync(null, default);

        foreach (var entry in new DirectoryInfo(Root).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Append(new DirectoryInfo(Root)))
            Assert.Equal(UnixFileMode.None, entry.UnixFileMode & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
    }

    [Fact]
    public async Task A_commit_that_cannot_be_renamed_leaves_nothing_and_harms_nobody()
    {
        await Driver.PutAsync(BlobPath.Of("blobs/taken"), new MemoryStream([1]), default);

        await Assert.ThrowsAnyAsync<IOException>(async () => await Driver.PutAsync(BlobPath.Of("blobs/taken/below"), new MemoryStream([1]), default));

        Assert.Empty(Directory.EnumerateFiles(Path.Join(Root, "uploads")));
        await Driver.CheckAsync(default);
    }
}
