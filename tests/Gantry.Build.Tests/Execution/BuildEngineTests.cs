using System.Formats.Tar;
using System.IO.Compression;
using Gantry.Build.Context;
using Gantry.Build.Dockerfile;
using Gantry.Build.Execution;
using Gantry.Build.Layers;
using Gantry.Build.Plan;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Tests.Execution;

public sealed class BuildEngineTests : IDisposable
{
    private static readonly Platform Amd64 = new() { Os = "linux", Architecture = "amd64" };

    private readonly string _folder = Directory.CreateTempSubdirectory("gantry-build-").FullName;
    private readonly MemoryStore _output = new();
    private readonly List<string> _log = [];
    private readonly Dictionary<string, ResolvedImage> _images = new(StringComparer.Ordinal);

    private TarLimits _limits = TarLimits.Default;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Context(params (string Path, string Content)[] files)
    {
        var context = Directory.CreateDirectory(Path.Join(_folder, $"context-{Guid.NewGuid():N}")).FullName;
        foreach (var (path, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(context, path))!);
            File.WriteAllText(Path.Join(context, path), content);
        }
        return context;
    }

    private static void SetMode(string path, int mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)mode);
    }

    private async Task<BuiltImage> BuildAsync(string dockerfile, string? context = null)
    {
        var plan = Planner.Plan(DockerfileDocument.Parse("Dockerfile", dockerfile), new PlanOptions { TargetPlatform = Amd64, BuildPlatform = Amd64 });
        var tree = context is null ? BuildContext.Empty : FolderContext.Read(context, IgnoreRules.None, CancellationToken.None);
        var environment = new BuildEnvironment
        {
            Images = new KnownImages(_images),
            Addresses = new NoAddresses(),
            WorkFolder = Directory.CreateDirectory(Path.Join(_folder, $"work-{Guid.NewGuid():N}")).FullName,
            Log = _log.Add,
            Now = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            ScratchPlatform = Amd64,
            Limits = _limits,
        };
        return await new BuildEngine(environment).BuildAsync(plan, tree, _output, CancellationToken.None);
    }

    /// <summary>Builds an image and makes it a base for the next.</summary>
    private async Task BaseAsync(string name, string dockerfile, string? context = null)
    {
        var built = await BuildAsync(dockerfile, context);
        _images[name] = new ResolvedImage(name, _output, built.Manifest.Descriptor, (ImageManifest)built.Manifest.Parse(), built.Config);
    }

    /// <summary>The image's files as the framework's own tar reader sees them, layer over layer: <c>path type mode uid:gid content</c>.</summary>
    private async Task<Dictionary<string, string>> FilesAsync(BuiltImage image)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var layer in ((ImageManifest)image.Manifest.Parse()).Layers)
        {
            await using var blob = await _output.FetchAsync(layer);
            await using var tar = new TarReader(new GZipStream(blob, CompressionMode.Decompress));
            while (await tar.GetNextEntryAsync(copyData: true) is { } entry)
            {
                var content = entry.DataStream is { } data ? await new StreamReader(data).ReadToEndAsync() : entry.LinkName;
                files[entry.Name.TrimEnd('/')] = $"{entry.EntryType} {Convert.ToString((int)entry.Mode, 8)} {entry.Uid}:{entry.Gid} {content}".Trim();
            }
        }
        return files.ToDictionary();
    }

    [Fact]
    public async Task A_from_line_alone_takes_over_the_base_without_touching_a_layer()
    {
        await BaseAsync("base", "FROM scratch\nCOPY a /a\nCMD [\"/a\"]", Context(("a", "hello")));
        var image = await BuildAsync("FROM base");
        Assert.Equal(_images["base"].Manifest.Layers.Select(layer => layer.Digest), ((ImageManifest)image.Manifest.Parse()).Layers.Select(layer => layer.Digest));
        Assert.Equal(["/a"], image.Config.Settings.Cmd!);
        Assert.Same(_images["base"], image.RuntimeBase);
        Assert.Contains("Step 1/1 : FROM base", _log);
    }

    [Fact]
    public async Task A_base_without_history_gets_a_line_for_each_of_its_layers()
    {
        await BaseAsync("base", "FROM scratch\nCOPY a /a\nCOPY a /b", Context(("a", "hello")));
        _images["base"] = _images["base"] with { Config = _images["base"].Config with { History = [] } };
        var image = await BuildAsync("FROM base\nENV a=1\nCOPY c /c", Context(("c", "")));
        Assert.Equal([false, false, true, false], image.Config.History.Select(line => line.EmptyLayer));
        Assert.Equal([null, null, "ENV a=1", "COPY c /c"], image.Config.History.Select(line => line.CreatedBy));
        Assert.Equal(3, image.Config.DiffIds.Count);
    }

    [Fact]
    public async Task A_base_s_layer_that_unpacks_to_far_more_than_it_is_stops_at_the_ratio()
    {
        await BaseAsync("base", "FROM scratch\nCOPY a /a", Context(("a", new string('a', 3_000_000))));
        _limits = TarLimits.Default with { FreeBytes = 1_000_000, Ratio = 20 };
        Assert.Contains("unpacks to more than 20 times its size",
            (await Assert.ThrowsAsync<BuildException>(() => BuildAsync("FROM scratch\nCOPY --from=base /a /\n"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_base_of_one_layer_many_times_stops_at_the_limit_of_entries()
    {
        await BaseAsync("base", "FROM scratch\nCOPY a /a", Context(("a", "hello")));
        var image = _images["base"];
        _images["base"] = image with
        {
            Manifest = image.Manifest with { Layers = [.. Enumerable.Repeat(image.Manifest.Layers[0], 200)] },
            Config = image.Config with { DiffIds = [.. Enumerable.Repeat(image.Config.DiffIds[0], 200)] },
        };
        _limits = TarLimits.Default with { Entries = 150 };
        Assert.Contains("more than 150 entries", (await Assert.ThrowsAsync<BuildException>(() => BuildAsync("FROM base\nCOPY a /b", Context(("a", ""))))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_build_that_writes_without_end_stops_at_the_limit_of_its_disk()
    {
        var context = Context(("a", new string('a', 1000)));
        await BaseAsync("base", "FROM scratch\nCOPY a /a", context);
        _limits = TarLimits.Default with { Bytes = 3000 };
        await BuildAsync("FROM scratch\n" + string.Concat(Enumerable.Repeat("COPY a /\n", 6)), context);
        Assert.Equal("Dockerfile:8: COPY failed: the build needs more than 6000 bytes of disk",
            (await Assert.ThrowsAsync<BuildException>(() => BuildAsync("FROM scratch\n" + string.Concat(Enumerable.Repeat("COPY a /\n", 7)), context))).Message);
        // What comes out of a base counts too: its layer as it is fetched, its files, and the layers that they go into.
        Assert.Contains("the build needs more than", (await Assert.ThrowsAsync<BuildException>(() => BuildAsync("FROM scratch\n" + string.Concat(Enumerable.Repeat("COPY --from=base /a /\n", 5)), context))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_folders_and_links_land_where_docker_puts_them()
    {
        var context = Context(("a.txt", "a"), ("dir/b.txt", "b"), ("dir/sub/c.txt", "c"));
        File.CreateSymbolicLink(Path.Join(context, "dir", "link"), "b.txt");
        SetMode(Path.Join(context, "a.txt"), Permissions.Folder);
        var files = await FilesAsync(await BuildAsync("FROM scratch\nCOPY a.txt /one\nCOPY a.txt /two/\nCOPY dir /three\nCOPY dir/*.txt a.txt /four/", context));
        Assert.Equal("RegularFile 755 0:0 a", files["one"]);
        Assert.Equal("RegularFile 755 0:0 a", files["two/a.txt"]);
        Assert.Equal("RegularFile 644 0:0 c", files["three/sub/c.txt"]);
        Assert.Equal("SymbolicLink 777 0:0 b.txt", files["three/link"]);
        Assert.Equal("RegularFile 644 0:0 b", files["four/b.txt"]);
        Assert.Equal("Directory 755 0:0", files["two"]);
        Assert.DoesNotContain("three/dir", files.Keys);
    }

    [Fact]
    public async Task Equal_contents_make_equal_layers_wherever_and_whenever_they_lie()
    {
        (string, string)[] content = [("a", "1"), ("b/c", "2")];
        var first = await BuildAsync("FROM scratch\nCOPY . /", Context(content));
        var elsewhere = Context(content);
        File.SetLastWriteTimeUtc(Path.Join(elsewhere, "a"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var second = await BuildAsync("FROM scratch\nCOPY . /", elsewhere);
        Assert.Equal(first.Config.DiffIds, second.Config.DiffIds);
        Assert.Equal(first.Manifest.Descriptor.Digest, second.Manifest.Descriptor.Digest);
    }

    [Fact]
    public async Task A_destination_goes_through_the_links_of_the_image_and_stays_in_it()
    {
        var context = Context(("x", "x"), ("root/usr/lib/keep", "k"));
        File.CreateSymbolicLink(Path.Join(context, "root", "lib"), "usr/lib");
        File.CreateSymbolicLink(Path.Join(context, "root", "out"), "../../../../etc");
        await BaseAsync("base", "FROM scratch\nCOPY root /", context);
        var files = await FilesAsync(await BuildAsync("FROM base\nCOPY x /lib/\nCOPY x /out/x", context));
        Assert.True(files.ContainsKey("usr/lib/x"));
        Assert.True(files.ContainsKey("etc/x"));
        Assert.Equal("SymbolicLink 777 0:0 usr/lib", files["lib"]);
    }

    [Fact]
    public async Task Copies_from_stages_and_images_keep_owner_and_mode()
    {
        var context = Context(("etc/passwd", "root:x:0:0::/:/bin/sh\napp:x:1000:1001::/:/bin/sh\n"), ("etc/group", "staff:x:50:\n"), ("f", "f"));
        await BaseAsync("base", "FROM scratch\nCOPY etc /etc\nCOPY --chown=app --chmod=4750 f /f\nCOPY --chown=app:staff f /g\nCOPY --chown=7 f /h", context);
        var image = await BuildAsync("FROM base AS one\nWORKDIR /made\nFROM scratch\nCOPY --from=one /f /made /\nCOPY --from=base /g /h /");
        var files = await FilesAsync(image);
        Assert.Equal("RegularFile 4750 1000:1001 f", files["f"]);
        Assert.Equal("RegularFile 644 1000:50 f", files["g"]);
        Assert.Equal("RegularFile 644 7:7 f", files["h"]);
        Assert.Equal(["base"], image.BuildtimeBases.Select(used => used.Reference));
        Assert.Null(image.RuntimeBase);
    }

    [Fact]
    public async Task Workdir_makes_what_is_missing_and_leaves_what_is_there()
    {
        var context = Context(("tmp/x", ""));
        SetMode(Path.Join(context, "tmp"), Permissions.Bits & ~0xC00);
        await BaseAsync("base", "FROM scratch\nCOPY . /", context);
        var image = await BuildAsync("FROM base\nWORKDIR /tmp\nWORKDIR new/deep");
        var files = await FilesAsync(image);
        Assert.Equal("Directory 1777 0:0", files["tmp"]);
        Assert.Equal("Directory 755 0:0", files["tmp/new/deep"]);
        Assert.Equal([true, false], image.Config.History.TakeLast(2).Select(entry => entry.EmptyLayer));
    }

    [Fact]
    public async Task Add_unpacks_archives_by_content_and_copy_does_not()
    {
        var context = Context(("plain", "x"));
        await using (var file = File.Create(Path.Join(context, "archive.bin")))
        await using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
        await using (var tar = new TarWriter(gzip))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "in/file") { Uid = 5, Gid = 6, Mode = (UnixFileMode)Permissions.Private, DataStream = new MemoryStream("y"u8.ToArray()) });
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.HardLink, "in/hard") { LinkName = "in/file" });
        }
        var files = await FilesAsync(await BuildAsync("FROM scratch\nADD archive.bin plain /d/\nCOPY archive.bin /e/", context));
        Assert.Equal("RegularFile 600 5:6 y", files["d/in/file"]);
        Assert.Equal("HardLink 600 5:6 d/in/file", files["d/in/hard"]);
        Assert.Equal("RegularFile 644 0:0 x", files["d/plain"]);
        Assert.True(files.ContainsKey("e/archive.bin"));
    }

    [Fact]
    public async Task Here_documents_become_files()
    {
        var files = await FilesAsync(await BuildAsync("FROM scratch\nARG who=world\nCOPY <<greeting.txt /etc/\nhello $who\ngreeting.txt\nCOPY <<EOF /named\nx\nEOF\n"));
        Assert.Equal("RegularFile 644 0:0 hello world", files["etc/greeting.txt"]);
        Assert.Equal("RegularFile 644 0:0 x", files["named"]);
    }

    [Theory]
    [InlineData("FROM scratch\nCOPY missing /", "\"missing\" is not in the build context")]
    [InlineData("FROM scratch\nCOPY *.none /", "\"*.none\" is not in the build context")]
    [InlineData("FROM scratch\nCOPY a b /c", "must be a folder and end with a slash")]
    [InlineData("FROM scratch\nCOPY ../../etc/passwd /", "is not in the build context")]
    [InlineData("FROM scratch\nCOPY a /x\nCOPY dir /x", "is a file in the image, not a folder")]
    [InlineData("FROM scratch\nCOPY --chown=nobody a /", "has no user \"nobody\"")]
    [InlineData("FROM scratch\nCOPY --chmod=rwx a /", "is not an octal mode")]
    [InlineData("FROM scratch\nCOPY .wh.bad /", "bears a name that means a deletion")]
    [InlineData("FROM scratch\nRUN true", "RUN is not supported yet")]
    [InlineData("FROM nowhere", "nowhere")]
    public async Task A_build_that_cannot_go_on_says_why(string dockerfile, string message)
    {
        var context = Context(("a", "a"), ("b", "b"), ("dir/c", "c"), (".wh.bad", ""));
        var failure = await Record.ExceptionAsync(() => BuildAsync(dockerfile, context));
        Assert.True(failure is BuildException or DockerfileException, $"{failure}");
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    private sealed class KnownImages(Dictionary<string, ResolvedImage> images) : IImageSource
    {
        public ValueTask<ResolvedImage> ResolveAsync(string reference, Platform platform, CancellationToken ct) =>
            images.TryGetValue(reference, out var image) ? new(image) : throw new BuildException($"there is no image {reference}");
    }

    private sealed class NoAddresses : IAddressFetcher
    {
        public ValueTask<FetchedFile> FetchAsync(Uri address, string folder, CancellationToken ct) => throw new BuildException("no addresses here");
    }
}
