using Gantry.Server.Hosting;
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
        new WatchedFiles(
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
            }));

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
    public async Task Every_level_of_a_new_data_folder_is_made_durable_before_anything_is_stored_in_it()
    {
        var flushed = new List<string>();
        var folder = _folder.Join("srv/gantry/data");

        var files = new WatchedFiles(RandomAccess.FlushToDisk, Watch);
        await using (await ServerStores.OpenAsync(new GantryServerOptions { DataFolder = folder }, TimeProvider.System, files, default))
            Assert.Equal([".", "srv", "srv/gantry", "srv/gantry/data", "srv/gantry/data"], flushed);

        // The folder that is there is somebody else's work; what is put in it is ours.
        flushed.Clear();
        await using (await ServerStores.OpenAsync(new GantryServerOptions { DataFolder = folder }, TimeProvider.System, files, default))
            Assert.Equal(["srv/gantry/data", "srv/gantry/data"], flushed);

        void Watch(string level)
        {
            if (level == _folder.Path)
                Assert.False(File.Exists(Path.Join(folder, DataFolderLock.FileName)));
            flushed.Add(Path.GetRelativePath(_folder.Path, level).Replace('\\', '/'));
        }
    }

    [Fact]
    public async Task What_the_rights_forbid_is_an_io_error_like_any_other()
    {
        await using var driver = new FileSystemBlobDriver(Root);
        var token = new string('a', 32);
        // A folder in the place of a file is refused to root too.
        Directory.CreateDirectory(Path.Join(Root, "uploads", token));
        Directory.CreateDirectory(Path.Join(Root, Target.ToString()));

        await Assert.ThrowsAsync<IOException>(async () => await driver.OpenUploadAsync(token, default));
        await Assert.ThrowsAsync<IOException>(async () => await driver.PutAsync(Target, new MemoryStream([1]), default));
    }

    [Fact]
    public void A_folder_that_is_being_flushed_is_not_handed_to_a_process_that_is_started_meanwhile()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var opened = FolderFlush.Open(_folder.Path);

        var facts = File.ReadAllLines($"/proc/self/fdinfo/{opened.DangerousGetHandle()}");
        var flags = Convert.ToInt64(facts.First(line => line.StartsWith("flags:", StringComparison.Ordinal))[6..].Trim(), 8);

        const long CloseOnExec = 0x80000;
        Assert.Equal(CloseOnExec, flags & CloseOnExec);
    }

    [Fact]
    public void The_real_flush_of_a_folder_works_and_names_one_that_is_not_there()
    {
        FolderFlush.Flush(_folder.Path);

        if (!OperatingSystem.IsWindows())
            Assert.Contains(_folder.Join("none"), Assert.Throws<IOException>(() => FolderFlush.Flush(_folder.Join("none"))).Message, StringComparison.Ordinal);
    }
}
