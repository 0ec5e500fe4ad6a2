using Gantry.Server.Storage;
using Gantry.Server.Storage.FileSystem;
using Gantry.Testing;

namespace Gantry.Server.Tests.Storage.FileSystem;

/// <summary>What is flushed when, and what a flush that fails means.</summary>
public sealed class FlushTests : IDisposable
{
    private static readonly BlobPath Target = BlobPath.Of("blobs/sha256/ab/abc");

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _flushed = [];
    private Exception? _fileFault;
    private Exception? _folderFault;

    public void Dispose() => _folder.Dispose();

    private string Root => _folder.Join("data");

    private bool IsVisible => File.Exists(Path.Join(Root, Target.ToString()));

    private FileSystemBlobDriver Open() => new(
        Root,
        _ =>
        {
            _flushed.Add($"file {IsVisible}");
            if (_fileFault is not null)
                throw _fileFault;
        },
        folder =>
        {
            _flushed.Add($"{Path.GetRelativePath(_folder.Path, folder).Replace('\\', '/')} {IsVisible}");
            if (_folderFault is not null)
                throw _folderFault;
        });

    [Fact]
    public async Task Bytes_are_flushed_before_the_name_and_the_name_before_the_answer()
    {
        await using var driver = Open();
        Assert.Equal([". False", "data False"], _flushed);
        _flushed.Clear();

        await driver.PutAsync(Target, new MemoryStream([1]), default);

        // A new folder's own name is made durable in its parent before anything is put in it.
        Assert.Equal(["file False", "data False", "data/blobs False", "data/blobs/sha256 False", "data/blobs/sha256/ab True"], _flushed);
        _flushed.Clear();
        await driver.PutAsync(Target, new MemoryStream([1]), default);
        Assert.Equal(["file True", "data/blobs/sha256/ab True"], _flushed);
    }

    [Fact]
    public async Task A_folder_that_another_process_made_is_not_taken_to_be_durable()
    {
        Directory.CreateDirectory(Path.Join(Root, "blobs/sha256/ab"));
        await using var driver = Open();

        await driver.PutAsync(Target, new MemoryStream([1]), default);

        Assert.Contains("data/blobs/sha256 False", _flushed);
    }

    [Fact]
    public async Task A_flush_that_failed_is_never_tried_again_on_the_same_bytes()
    {
        await using var driver = Open();
        await using var upload = await driver.OpenUploadAsync(null, default);
        await upload!.AppendAsync(new MemoryStream([1]), [], 10, default);
        // Where blocks are given out late, a full disk shows here and not at the write.
        _fileFault = new IOException("No space left on device");

        var failure = await Assert.ThrowsAsync<FlushFailedException>(async () => await upload.CommitAsync(Target, default));
        Assert.Contains("No space left on device", failure.Message, StringComparison.Ordinal);
        _fileFault = null;

        await Assert.ThrowsAsync<IOException>(async () => await upload.CommitAsync(Target, default));
        await Assert.ThrowsAsync<IOException>(async () => await upload.AppendAsync(new MemoryStream([2]), [], 10, default));
        Assert.Null(await driver.OpenUploadAsync(upload.Token, default));
        Assert.False(IsVisible);

        // The same bytes sent anew are another file.
        await driver.PutAsync(Target, new MemoryStream([1]), default);
        Assert.True(IsVisible);
    }

    [Fact]
    public async Task After_a_folder_that_could_not_be_flushed_nothing_is_stored_but_everything_is_read()
    {
        await using var driver = Open();
        var before = BlobPath.Of("blobs/before");
        await driver.PutAsync(before, new MemoryStream([1]), default);
        _folderFault = new IOException("the disk is gone");

        await Assert.ThrowsAsync<IOException>(async () => await driver.PutAsync(Target, new MemoryStream([1]), default));
        _folderFault = null;

        await Assert.ThrowsAsync<IOException>(async () => await driver.PutAsync(Target, new MemoryStream([1]), default));
        await Assert.ThrowsAsync<IOException>(async () => await driver.CheckAsync(default));
        Assert.NotNull(await driver.StatAsync(before, default));
    }

    [Fact]
    public void The_real_flush_of_a_folder_works_and_names_one_that_is_not_there()
    {
        FolderFlush.Flush(_folder.Path);

        if (!OperatingSystem.IsWindows())
            Assert.Contains(_folder.Join("none"), Assert.Throws<IOException>(() => FolderFlush.Flush(_folder.Join("none"))).Message, StringComparison.Ordinal);
    }
}
