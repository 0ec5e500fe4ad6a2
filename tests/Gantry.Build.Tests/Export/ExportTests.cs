using System.Formats.Tar;
using System.Text.Json;
using Gantry.Build.Context;
using Gantry.Build.Execution;
using Gantry.Build.Export;
using Gantry.Build.Sources;
using Gantry.Client.Layout;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Tests.Export;

public sealed class ExportTests : IDisposable
{
    private const string Dockerfile = "FROM scratch\nCOPY a /a\nCOPY --chmod=4750 a /bin/tool\nCOPY d /d\n";

    private readonly Bench _bench = new();

    public void Dispose() => _bench.Dispose();

    private string Out => Directory.CreateDirectory(_bench.Join("out")).FullName;

    private async Task<ImageBuildResult> ExportAsync(IImageExport export, string dockerfile = Dockerfile, params Platform[] platforms)
    {
        var folder = _bench.Folder(("a", "1"), ("d/b", "2"));
        File.CreateSymbolicLink(Path.Join(folder, "d", "l"), "../a");
        await using (export)
        {
            var options = Bench.Options(new ContextSource.Folder(folder), dockerfile) with { Platforms = platforms.Length > 0 ? platforms : [Bench.Amd64] };
            var image = await _bench.Builder.BuildAsync(options, export.Store, default);
            await export.CommitAsync(image, default);
            return image;
        }
    }

    private static Reference[] References(params string[] names) => [.. names.Select(ImageName.Parse)];

    private static List<string> Names(string folder) => [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task A_layout_appears_whole_and_one_that_is_there_gains_the_image()
    {
        var path = Path.Join(Out, "layout");
        var first = await ExportAsync(new LayoutExport(path, References("app:v1", "app:latest")));
        Assert.Equal(["layout"], Names(Out));
        Assert.Equal(["blobs", "index.json", "oci-layout"], Names(path));
        var second = await ExportAsync(new LayoutExport(path, References("app:v2")), "FROM scratch\nLABEL x=y", Bench.Amd64, Bench.Arm64);
        Assert.Equal(["layout"], Names(Out));
        var layout = await OciLayout.OpenAsync(path, create: false);
        Assert.Equal(first.Root.Descriptor.Digest, (await layout.ResolveAsync("latest"))!.Digest);
        Assert.Equal(second.Root.Descriptor.Digest, (await layout.ResolveAsync("v2"))!.Digest);
        foreach (var image in second.Images)
            Assert.True(await layout.ExistsAsync(image.ConfigDescriptor));
    }

    [Fact]
    public async Task A_layout_has_the_full_name_beside_the_tag_and_a_moved_tag_takes_both_along()
    {
        var path = Path.Join(Out, "layout");
        var first = await ExportAsync(new LayoutExport(path, References("r.example/team/app:v1", "other:v1", "app:v2")));
        Assert.Equal([("docker.io/library/app:v2", "v2"), ("r.example/team/app:v1", "v1")], await EntriesOfIndexAsync(path));
        await ExportAsync(new LayoutExport(path, References("r.example/team/app:v1", "app:v2")), "FROM scratch\nLABEL x=y");
        Assert.Equal([("", ""), ("docker.io/library/app:v2", "v2"), ("r.example/team/app:v1", "v1")], await EntriesOfIndexAsync(path));
        Assert.NotNull(await (await OciLayout.OpenAsync(path, create: false)).ResolveAsync(first.Root.Descriptor.Digest.ToString()));
    }

    private static async Task<List<(string Name, string Tag)>> EntriesOfIndexAsync(string layout)
    {
        using var index = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Join(layout, "index.json")));
        return [.. index.RootElement.GetProperty("manifests").EnumerateArray()
            .Select(entry => entry.TryGetProperty("annotations", out var annotations)
                ? (annotations.GetProperty("io.containerd.image.name").GetString()!, annotations.GetProperty("org.opencontainers.image.ref.name").GetString()!)
                : ("", ""))
            .Order()];
    }

    [Fact]
    public async Task A_folder_that_is_no_layout_is_not_made_one()
    {
        var path = _bench.Folder(("mine", "x"));
        await Assert.ThrowsAsync<BuildException>(() => ExportAsync(new LayoutExport(path, [])));
        Assert.Equal(["mine"], Names(path));
    }

    [Fact]
    public async Task A_layout_s_tar_is_the_layout()
    {
        var path = Path.Join(Out, "image.tar");
        var image = await ExportAsync(new LayoutArchiveExport(path, References("app:v1")));
        Assert.Equal(["image.tar"], Names(Out));
        var folder = _bench.Join("unpacked");
        Directory.CreateDirectory(folder);
        await TarFile.ExtractToDirectoryAsync(path, folder, overwriteFiles: false);
        var layout = await OciLayout.OpenAsync(folder, create: false);
        Assert.Equal(image.Root.Descriptor.Digest, (await layout.ResolveAsync("v1"))!.Digest);
    }

    [Fact]
    public async Task A_docker_archive_names_config_layers_and_tags()
    {
        var path = Path.Join(Out, "image.tar");
        var image = await ExportAsync(new DockerArchiveExport(path, ["docker.io/library/app:v1"]));
        Assert.Equal(["image.tar"], Names(Out));
        var entries = await EntriesAsync(path);
        using var document = JsonDocument.Parse(entries["manifest.json"].Content);
        var only = Assert.Single(document.RootElement.EnumerateArray());
        Assert.Equal("docker.io/library/app:v1", only.GetProperty("RepoTags")[0].GetString());
        Assert.Equal($"blobs/sha256/{image.Images[0].ConfigDescriptor.Digest.Hex}", only.GetProperty("Config").GetString());
        Assert.Equal(3, only.GetProperty("Layers").GetArrayLength());
        foreach (var layer in only.GetProperty("Layers").EnumerateArray())
            Assert.Contains(layer.GetString()!, entries.Keys);

        var failure = await Assert.ThrowsAsync<BuildException>(() => ExportAsync(new DockerArchiveExport(Path.Join(Out, "two.tar"), []), "FROM scratch", Bench.Amd64, Bench.Arm64));
        Assert.Contains("one platform", failure.Message);
        Assert.Equal(["image.tar"], Names(Out));
    }

    private static async Task<SortedDictionary<string, (TarEntryType Type, string Content, UnixFileMode Mode)>> EntriesAsync(string path)
    {
        var entries = new SortedDictionary<string, (TarEntryType, string, UnixFileMode)>(StringComparer.Ordinal);
        await using var tar = new TarReader(File.OpenRead(path));
        while (await tar.GetNextEntryAsync(copyData: true) is { } entry)
            entries[entry.Name.TrimEnd('/')] = (entry.EntryType, entry.DataStream is { } data ? await new StreamReader(data).ReadToEndAsync() : entry.LinkName, entry.Mode);
        return entries;
    }

    [Fact]
    public async Task The_root_file_system_is_a_folder_with_links_and_modes()
    {
        var path = Path.Join(Out, "root");
        await ExportAsync(new FolderExport(path, _bench.Log.Add));
        Assert.Equal(["root"], Names(Out));
        Assert.Equal(["a", "bin", "d"], Names(path));
        Assert.Equal("2", await File.ReadAllTextAsync(Path.Join(path, "d", "b")));
        Assert.Equal("../a", new FileInfo(Path.Join(path, "d", "l")).LinkTarget);
        if (!OperatingSystem.IsWindows())
            Assert.Equal((UnixFileMode)0b111_101_000, File.GetUnixFileMode(Path.Join(path, "bin", "tool")));
    }

    [Fact]
    public async Task The_root_file_system_is_a_tar_with_everything_that_a_tar_can_keep()
    {
        var path = Path.Join(Out, "root.tar");
        await ExportAsync(new TarExport(path));
        var entries = await EntriesAsync(path);
        Assert.Equal(["a", "bin", "bin/tool", "d", "d/b", "d/l"], entries.Keys);
        Assert.Equal((TarEntryType.SymbolicLink, "../a"), (entries["d/l"].Type, entries["d/l"].Content));
        Assert.Equal((UnixFileMode)Convert.ToInt32("4750", 8), entries["bin/tool"].Mode);
        Assert.Equal(["root.tar"], Names(Out));
    }

    [Fact]
    public async Task Several_platforms_are_folders_of_the_tar()
    {
        var path = Path.Join(Out, "root.tar");
        await ExportAsync(new TarExport(path), "FROM scratch\nCOPY a /a", Bench.Amd64, Bench.Arm64);
        Assert.Equal(["linux_amd64", "linux_amd64/a", "linux_arm64", "linux_arm64/a"], (await EntriesAsync(path)).Keys);
    }

    [Fact]
    public async Task Whiteouts_take_away_and_hard_links_outlive_their_first_name()
    {
        // A base as other tools write it: a file with two names, then a layer without the first of them, and with an emptied folder.
        var lower = Tars.Of(Tars.File("one", "shared"), Tars.Link("two", "one", TarEntryType.HardLink), Tars.Link("three", "one", TarEntryType.HardLink), Tars.Of(TarEntryType.Directory, "d/"), Tars.File("d/gone", "x"), Tars.Of(TarEntryType.Fifo, "pipe"), Tars.Link("abs", "/etc/passwd"));
        var upper = Tars.Of(Tars.File(".wh.one", ""), Tars.Of(TarEntryType.Directory, "d/"), Tars.File("d/.wh..wh..opq", ""), Tars.File("d/new", "n"));
        var image = await BaseAsync(lower, upper);

        var folder = Path.Join(Out, "root");
        await using (var export = new FolderExport(folder, _bench.Log.Add))
        {
            await CopyAsync(image, export);
            await export.CommitAsync(image, default);
        }
        Assert.Equal(["abs", "d", "three", "two"], Names(folder));
        Assert.Equal(["new"], Names(Path.Join(folder, "d")));
        Assert.Equal("shared", await File.ReadAllTextAsync(Path.Join(folder, "two")));
        Assert.Equal("/etc/passwd", new FileInfo(Path.Join(folder, "abs")).LinkTarget);
        Assert.Contains("[Warning] \"/pipe\" is a device or pipe and was left out", _bench.Log);
        await File.AppendAllTextAsync(Path.Join(folder, "two"), "!");
        Assert.Equal("shared!", await File.ReadAllTextAsync(Path.Join(folder, "three")));

        var tar = Path.Join(Out, "root.tar");
        await using (var export = new TarExport(tar))
        {
            await CopyAsync(image, export);
            await export.CommitAsync(image, default);
        }
        var entries = await EntriesAsync(tar);
        Assert.Equal(["abs", "d", "d/new", "pipe", "three", "two"], entries.Keys);
        Assert.Equal((TarEntryType.HardLink, "three"), (entries["two"].Type, entries["two"].Content));
    }

    [Fact]
    public async Task A_layer_that_writes_through_its_own_link_stays_in_the_folder()
    {
        var outside = Directory.CreateDirectory(_bench.Join("outside")).FullName;
        var image = await BaseAsync(Tars.Of(Tars.Link("l", outside)), Tars.Of(Tars.File("l/x", "escaped")));
        var folder = Path.Join(Out, "root");
        await using var export = new FolderExport(folder, _bench.Log.Add);
        await CopyAsync(image, export);
        await export.CommitAsync(image, default);
        Assert.Empty(Names(outside));
        Assert.Equal(["x"], Names(Path.Join(folder, "l")));
        Assert.Null(new DirectoryInfo(Path.Join(folder, "l")).LinkTarget);
    }

    [Fact]
    public async Task An_export_that_fails_or_is_given_up_leaves_nothing()
    {
        foreach (var export in (IImageExport[])[new LayoutExport(Path.Join(Out, "a"), []), new LayoutArchiveExport(Path.Join(Out, "b"), []), new DockerArchiveExport(Path.Join(Out, "c"), []), new FolderExport(Path.Join(Out, "d"), _bench.Log.Add), new TarExport(Path.Join(Out, "e"))])
        {
            await using (export)
                await _bench.Builder.BuildAsync(Bench.Options(new ContextSource.Folder(_bench.Folder(("a", "1"))), "FROM scratch\nCOPY a /"), export.Store, default);
        }
        Assert.Empty(Names(Out));

        var broken = await BaseAsync(Tars.Of(Tars.Link("h", "nothing", TarEntryType.HardLink)));
        foreach (var export in (IImageExport[])[new FolderExport(Path.Join(Out, "d"), _bench.Log.Add), new TarExport(Path.Join(Out, "e"))])
        {
            await using (export)
            {
                await CopyAsync(broken, export);
                await Assert.ThrowsAsync<InvalidDataException>(() => export.CommitAsync(broken, default).AsTask());
            }
        }
        Assert.Empty(Names(Out));
    }

    /// <summary>An image of layers that were not written here, in the bench's store.</summary>
    private async Task<ImageBuildResult> BaseAsync(params byte[][] tars)
    {
        var layers = new List<Descriptor>();
        foreach (var tar in tars)
        {
            var packed = Tars.Gzip(tar);
            layers.Add(Descriptor.Of(MediaTypes.ImageLayerGzip, packed));
            await Client.Content.ContentExtensions.PushBytesAsync(_bench.Output, layers[^1], packed);
        }
        var config = new ImageConfig { Platform = Bench.Amd64, DiffIds = [.. tars.Select(tar => Digest.Of(tar))] };
        var configDescriptor = Descriptor.Of(MediaTypes.ImageConfig, config.ToJson());
        await Client.Content.ContentExtensions.PushBytesAsync(_bench.Output, configDescriptor, config.ToJson());
        var manifest = ManifestContent.Of(MediaTypes.ImageManifest, new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = configDescriptor, Layers = layers }.ToJson());
        await Client.Content.ContentExtensions.PushBytesAsync(_bench.Output, manifest.Descriptor, manifest.Bytes);
        return new ImageBuildResult(manifest, [new BuiltImage(manifest, config, configDescriptor, null, [])], null, []);
    }

    private async Task CopyAsync(ImageBuildResult image, IImageExport export) =>
        await Client.Content.CopyGraph.RunAsync(_bench.Output, export.Store, image.Root.Descriptor, Client.Content.CopyOptions.Default);
}
