using System.Collections.Concurrent;
using System.Text;
using Gantry.Client.Content;
using Gantry.Client.Files;
using Gantry.Client.Tests.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Tests.Files;

public sealed class FileStoreTests : IDisposable
{
    private readonly Scratch _scratch = new();

    private string Root => _scratch["root"];

    [Fact]
    public async Task A_file_is_added_by_path_and_described_by_title()
    {
        _scratch.Write("root/artifact.txt", "hello\n");
        await using var store = Store();
        var layer = await store.AddAsync("artifact.txt", null, "artifact.txt");
        Assert.Equal("sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03", layer.Digest.ToString());
        Assert.Equal((MediaTypes.ImageLayer, 6L, "artifact.txt"), (layer.MediaType, layer.Size, layer.Title));
        Assert.True(await store.ExistsAsync(layer));
        Assert.Equal("hello\n"u8.ToArray(), await store.FetchBytesAsync(layer, OciLimits.Default));
    }

    [Fact]
    public async Task A_title_is_added_once_and_a_content_under_many()
    {
        _scratch.Write("root/a", "same");
        _scratch.Write("root/b", "same");
        await using var store = Store();
        var a = await store.AddAsync("a", null, "a");
        var b = await store.AddAsync("b", null, "b");
        Assert.Equal(a.Digest, b.Digest);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () => await store.AddAsync("b", null, "a"));
        Assert.Equal("a: duplicate name", error.Message);
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("NUL")]
    [InlineData("nul")]
    public async Task The_null_device_is_empty_content(string path)
    {
        await using var store = Store();
        var config = await store.AddAsync(path, MediaType.Parse("application/x"), null);
        Assert.Equal((Digest.Of([]), 0L), (config.Digest, config.Size));
        Assert.Null(config.Annotations);
        Assert.Empty(await store.FetchBytesAsync(config, OciLimits.Default));
    }

    [Fact]
    public async Task A_path_that_is_not_there_is_not_found()
    {
        await using var store = Store();
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await store.AddAsync("absent", null, "absent"));
    }

    [Fact]
    public async Task A_file_that_changes_after_it_was_added_is_not_sent()
    {
        var path = _scratch.Write("root/a", "before");
        await using var store = Store();
        var layer = await store.AddAsync("a", null, "a");
        File.WriteAllText(path, "after!");
        await Assert.ThrowsAsync<ContentMismatchException>(async () => await store.FetchBytesAsync(layer, OciLimits.Default));
    }

    [Fact]
    public async Task An_artifact_is_pulled_to_the_paths_of_its_titles()
    {
        var source = new MemoryStore();
        var root = await Graphs.ManifestAsync(source, [await Graphs.BlobAsync(source, "one", "one.txt"), await Graphs.BlobAsync(source, "two", "deep/er/two.txt")]);
        await using var store = Store();
        await CopyGraph.RunAsync(source, store, root, CopyOptions.Default);
        Assert.Equal("one", File.ReadAllText(_scratch["root/one.txt"]));
        Assert.Equal("two", File.ReadAllText(_scratch["root/deep/er/two.txt"]));
        Assert.Equal(new[] { _scratch["root/one.txt"], _scratch["root/deep/er/two.txt"] }.ToHashSet(), store.Pulled.Select(file => file.Path).ToHashSet());
    }

    [Fact]
    public async Task One_content_under_two_titles_is_moved_once_and_restored_once()
    {
        var source = new WatchedStore();
        var first = await Graphs.BlobAsync(source, "same", "first");
        var root = await Graphs.IndexAsync(source,
            await Graphs.ManifestAsync(source, [first, await Graphs.BlobAsync(source, "same", "second")], name: "a"),
            await Graphs.ManifestAsync(source, [await Graphs.BlobAsync(source, "same", "second"), first, await Graphs.BlobAsync(source, "same", "third")], name: "b"));
        source.Fetches.Clear();
        var events = new ConcurrentQueue<CopyEvent>();
        await using var store = Store();
        await CopyGraph.RunAsync(source, store, root, CopyOptions.Default with { OnEvent = events.Enqueue });

        Assert.Equal(["first", "second", "third"], Scratch.Tree(Root));
        Assert.Equal(1, source.Fetches[first.Digest]);
        Assert.Single(events, e => e.Node.Digest == first.Digest && e.Stage == CopyStage.Done);
        Assert.Equal(2, events.Count(e => e.Stage == CopyStage.Restored));
        Assert.Equal(3, store.Pulled.Count);
    }

    [Fact]
    public async Task Two_contents_under_one_title_are_refused()
    {
        await using var store = Store();
        await PullAsync(store, "title", "one");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => PullAsync(store, "./title", "two"));
        Assert.Contains("duplicate name", error.Message);
        Assert.Equal("one", File.ReadAllText(_scratch["root/title"]));
    }

    [Fact]
    public async Task Titles_that_name_one_file_where_case_is_ignored_do_not_replace_each_other()
    {
        await using var store = Store();
        await PullAsync(store, "Title", "one");
        var error = await Record.ExceptionAsync(() => PullAsync(store, "title", "two"));
        Assert.Equal(OperatingSystem.IsWindows() || OperatingSystem.IsMacOS(), error is InvalidOperationException);
        Assert.Equal("one", File.ReadAllText(_scratch["root/Title"]));
    }

    [Fact]
    public async Task Old_files_are_replaced_unless_they_are_kept()
    {
        _scratch.Write("root/a", "old");
        await using var keeping = new FileStore(new FileStoreOptions { Root = Root, KeepOldFiles = true });
        await Assert.ThrowsAsync<IOException>(() => PullAsync(keeping, "a", "new"));
        Assert.Equal("old", File.ReadAllText(_scratch["root/a"]));
        await using var store = Store();
        await PullAsync(store, "a", "new");
        Assert.Equal("new", File.ReadAllText(_scratch["root/a"]));
    }

    [Fact]
    public async Task Old_files_in_a_folder_are_kept_too()
    {
        _scratch.Write("root/d/a", "old");
        var (layer, gzip) = new Tarball().Folder("d").File("d/0", "new").File("d/a", "new").ToLayer("d");
        await using var keeping = new FileStore(new FileStoreOptions { Root = Root, KeepOldFiles = true });
        await Assert.ThrowsAsync<IOException>(async () => await keeping.PushBytesAsync(layer, gzip));
        Assert.Equal(["d", "d/a"], Scratch.Tree(Root));
        Assert.Equal("old", File.ReadAllText(_scratch["root/d/a"]));

        await using var store = Store();
        await store.PushBytesAsync(layer, gzip);
        Assert.Equal(["d", "d/0", "d/a"], Scratch.Tree(Root));
        Assert.Equal("new", File.ReadAllText(_scratch["root/d/a"]));
    }

    [Fact]
    public async Task A_pull_that_fails_leaves_what_was_there()
    {
        _scratch.Write("root/a", "old");
        await using var store = Store();
        var promise = Descriptor.Of(MediaTypes.ImageLayer, "promised"u8) with { Annotations = Titled("a") };
        await Assert.ThrowsAsync<ContentMismatchException>(async () => await store.PushBytesAsync(promise, "deliverd"u8.ToArray()));
        Assert.Equal("old", File.ReadAllText(_scratch["root/a"]));
        Assert.Equal(["a"], Scratch.Tree(Root));
        // The title is free again.
        await PullAsync(store, "a", "new");
    }

    [Theory]
    [InlineData("/tmp/absolute")]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    [InlineData("..")]
    [InlineData("a\\..\\..\\outside")]
    [InlineData("C:/outside")]
    [InlineData("c:outside")]
    [InlineData("\\\\server\\share")]
    [InlineData("nul\0byte")]
    [InlineData("line\nbreak")]
    public async Task A_title_that_leads_outside_is_refused(string title)
    {
        await using var store = Store();
        var error = await Assert.ThrowsAsync<PathTraversalException>(() => PullAsync(store, title, "x"));
        Assert.Contains("--allow-path-traversal", error.Message);
        Assert.Empty(Directory.Exists(Root) ? Scratch.Tree(Root) : []);
    }

    [Theory]
    [InlineData("con")]
    [InlineData("sub/AUX.txt")]
    [InlineData("lpt1")]
    [InlineData("file.txt:stream")]
    [InlineData("trailing.")]
    [InlineData("question?")]
    public void Names_that_Windows_gives_another_meaning_are_refused_there(string title)
    {
        Assert.NotNull(TitlePath.Explain(title, windows: true, isFolder: false, allowTraversal: false));
        Assert.NotNull(TitlePath.Explain(title, windows: true, isFolder: false, allowTraversal: true));
        Assert.Null(TitlePath.Explain(title, windows: false, isFolder: false, allowTraversal: false));
    }

    [Theory]
    [InlineData("folder/")]
    [InlineData("deep/folder//")]
    public async Task A_file_whose_title_ends_as_a_folder_is_refused_and_leaves_nothing(string title)
    {
        await using var trusting = new FileStore(new FileStoreOptions { Root = Root, AllowPathTraversal = true });
        await using var store = Store();
        await Assert.ThrowsAsync<PathTraversalException>(() => PullAsync(store, title, "x"));
        await Assert.ThrowsAsync<PathTraversalException>(() => PullAsync(trusting, title, "x"));
        Assert.False(Directory.Exists(Root));
        Assert.NotNull(TitlePath.Explain("folder\\", windows: true, isFolder: false, allowTraversal: true));
        Assert.Null(TitlePath.Explain("folder/", windows: true, isFolder: true, allowTraversal: false));
    }

    [Fact]
    public async Task A_title_may_lead_outside_where_that_is_allowed()
    {
        await using var store = new FileStore(new FileStoreOptions { Root = Root, AllowPathTraversal = true });
        await PullAsync(store, "../sibling", "trusted");
        await PullAsync(store, _scratch["absolute"], "trusted");
        Assert.Equal("trusted", File.ReadAllText(_scratch["sibling"]));
        Assert.Equal("trusted", File.ReadAllText(_scratch["absolute"]));
    }

    [Fact]
    public async Task GHSA_8xwf_rjm4_xvhv_a_title_is_not_written_through_a_link()
    {
        _scratch.Write("outside/secret", "secret");
        Directory.CreateDirectory(_scratch["root/inside"]);
        Directory.CreateSymbolicLink(_scratch["root/way"], _scratch["outside"]);
        Directory.CreateSymbolicLink(_scratch["root/short"], "inside");
        File.CreateSymbolicLink(_scratch["root/secret"], _scratch["outside/secret"]);
        await using var store = Store();

        await Assert.ThrowsAsync<PathTraversalException>(() => PullAsync(store, "way/secret", "x"));
        await Assert.ThrowsAsync<PathTraversalException>(() => PullAsync(store, "way/new/file", "x"));
        await PullAsync(store, "secret", "mine");
        await PullAsync(store, "short/file", "fine");

        Assert.Equal("secret", File.ReadAllText(_scratch["outside/secret"]));
        Assert.Equal(["secret"], Scratch.Tree(_scratch["outside"]));
        Assert.Equal("mine", File.ReadAllText(_scratch["root/secret"]));
        Assert.Null(new FileInfo(_scratch["root/secret"]).LinkTarget);
        Assert.Equal("fine", File.ReadAllText(_scratch["root/inside/file"]));
    }

    [Fact]
    public async Task Content_without_a_title_stays_in_memory_within_its_bound()
    {
        await using var store = new FileStore(new FileStoreOptions { Root = Root, UnnamedLimit = 8 });
        var small = Descriptor.Of(MediaTypes.ImageLayer, "12345678"u8);
        await store.PushBytesAsync(small, "12345678"u8.ToArray());
        Assert.True(await store.ExistsAsync(small));
        var large = Descriptor.Of(MediaTypes.ImageLayer, "123456789"u8);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await store.PushBytesAsync(large, "123456789"u8.ToArray()));
        Assert.False(Directory.Exists(Root));
    }

    [Fact]
    public async Task Packed_folders_are_gone_when_the_store_is()
    {
        _scratch.Write("root/d/file", "x");
        var store = Store();
        var layer = await store.AddAsync("d", null, "d");
        string packed;
        await using (var content = await store.FetchAsync(layer))
            packed = store.PathOf(layer.Digest)!;
        Assert.True(File.Exists(packed));
        await store.DisposeAsync();
        Assert.False(Directory.Exists(Path.GetDirectoryName(packed)));
    }

    private FileStore Store() => new(new FileStoreOptions { Root = Root });

    private static Dictionary<string, string> Titled(string title) => new() { [Annotations.Title] = title };

    private static async Task PullAsync(FileStore store, string title, string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        await store.PushBytesAsync(Descriptor.Of(MediaTypes.ImageLayer, bytes) with { Annotations = Titled(title) }, bytes);
    }

    public void Dispose() => _scratch.Dispose();
}
