using System.Diagnostics;
using System.Formats.Tar;
using Gantry.Build.Context;
using Gantry.Build.Export;
using Gantry.Build.Sources;
using Gantry.Client.Layout;

namespace Gantry.Build.Tests.Export;

/// <summary>What a destination is before an export comes to it.</summary>
public sealed class DestinationTests : IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite;

    private readonly Bench _bench = new();

    public DestinationTests() => Directory.CreateDirectory(Out);

    public void Dispose() => _bench.Dispose();

    private string Out => _bench.Join("out");

    /// <summary>Exports /a and /d/b.</summary>
    private async Task ExportAsync(IImageExport export)
    {
        var context = _bench.Folder(("a", "new"), ("d/b", "new"));
        await using (export)
        {
            var image = await _bench.Builder.BuildAsync(Bench.Options(new ContextSource.Folder(context), "FROM scratch\nCOPY . /\n"), export.Store, default);
            await export.CommitAsync(image, default);
        }
    }

    private static IImageExport Archive(string kind, string path) => kind switch
    {
        "oci" => new LayoutArchiveExport(path, []),
        "docker" => new DockerArchiveExport(path, []),
        _ => new TarExport(path),
    };

    private static List<string> NamesIn(Stream tar)
    {
        using var reader = new TarReader(tar);
        List<string> names = [];
        while (reader.GetNextEntry() is { } entry)
            names.Add(entry.Name.TrimEnd('/'));
        return names;
    }

    private static List<string> Tree(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal)];

    private string Write(string name, string text)
    {
        var path = Path.Join(Out, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private string Read(string name) => File.ReadAllText(Path.Join(Out, name));

    [Theory]
    [InlineData("oci", "index.json")]
    [InlineData("docker", "manifest.json")]
    [InlineData("tar", "d/b")]
    public async Task A_pipe_gets_the_archive_and_stays_a_pipe(string kind, string entry)
    {
        if (OperatingSystem.IsWindows())
            return;
        var pipe = Path.Join(Out, "pipe");
        using (var make = Process.Start("mkfifo", pipe))
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(Path.Join(Out, "link"), "pipe");
        foreach (var path in (string[])[pipe, Path.Join(Out, "link")])
        {
            var read = new MemoryStream();
            var reading = Task.Run(() =>
            {
                using var from = new FileStream(pipe, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
                from.CopyTo(read);
            }, TestContext.Current.CancellationToken);
            await ExportAsync(Archive(kind, path));
            Assert.Equal(["link", "pipe"], Tree(Out));
            await reading;
            read.Position = 0;
            Assert.Contains(entry, NamesIn(read));
        }
        Assert.Equal("pipe", new FileInfo(Path.Join(Out, "link")).LinkTarget);
    }

    [Theory]
    [InlineData("oci")]
    [InlineData("docker")]
    [InlineData("tar")]
    public async Task A_link_stays_and_its_file_is_replaced_and_keeps_its_mode(string kind)
    {
        var file = Write("real/image.tar", "old");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, Mode);
        File.CreateSymbolicLink(Path.Join(Out, "link"), "real/image.tar");
        await ExportAsync(Archive(kind, Path.Join(Out, "link")));
        Assert.Equal(["link", "real", "real/image.tar"], Tree(Out));
        Assert.Equal("real/image.tar", new FileInfo(Path.Join(Out, "link")).LinkTarget);
        using var tar = File.OpenRead(file);
        Assert.NotEmpty(NamesIn(tar));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(Mode, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task A_folder_that_has_files_gains_those_of_the_image_and_keeps_its_own()
    {
        Write("a", "old");
        Write("d/mine", "kept");
        Write("mine", "kept");
        await ExportAsync(new FolderExport(Out, _bench.Log.Add));
        Assert.Equal(["a", "d", "d/b", "d/mine", "mine"], Tree(Out));
        Assert.Equal(("new", "new", "kept", "kept"), (Read("a"), Read("d/b"), Read("d/mine"), Read("mine")));
    }

    [Fact]
    public async Task A_link_to_a_folder_is_followed_where_it_is_the_destination_itself()
    {
        Write("real/mine", "kept");
        Directory.CreateSymbolicLink(Path.Join(Out, "link"), "real");
        await ExportAsync(new FolderExport(Path.Join(Out, "link"), _bench.Log.Add));
        Assert.Equal(["a", "d", "d/b", "mine"], Tree(Path.Join(Out, "real")));
        Assert.Equal("real", new DirectoryInfo(Path.Join(Out, "link")).LinkTarget);
    }

    [Fact]
    public async Task A_link_to_a_layout_is_followed_and_stays()
    {
        Directory.CreateSymbolicLink(Path.Join(Out, "link"), "real");
        foreach (var tag in (string[])["app:v1", "app:v2"])
            await ExportAsync(new LayoutExport(Path.Join(Out, "link"), [ImageName.Parse(tag)]));
        Assert.Equal(["link", "real"], Directory.EnumerateFileSystemEntries(Out).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.Equal("real", new DirectoryInfo(Path.Join(Out, "link")).LinkTarget);
        var layout = await OciLayout.OpenAsync(Path.Join(Out, "real"), create: false, TestContext.Current.CancellationToken);
        Assert.NotNull(await layout.ResolveAsync("v1", TestContext.Current.CancellationToken));
        Assert.NotNull(await layout.ResolveAsync("v2", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_link_in_the_way_of_a_file_is_replaced_and_never_written_through()
    {
        var outside = Path.Join(_bench.Folder(("victim", "safe")), "victim");
        File.CreateSymbolicLink(Path.Join(Out, "a"), outside);
        await ExportAsync(new FolderExport(Out, _bench.Log.Add));
        Assert.Equal(("safe", "new"), (File.ReadAllText(outside), Read("a")));
        Assert.Null(new FileInfo(Path.Join(Out, "a")).LinkTarget);
    }

    [Theory]
    [InlineData("link")]
    [InlineData("file")]
    [InlineData("folder for a file")]
    public async Task What_is_in_the_way_of_a_folder_is_refused_before_anything_changes(string what)
    {
        var outside = _bench.Folder(("victim", "safe"));
        Write("kept", "old");
        if (what == "link")
            Directory.CreateSymbolicLink(Path.Join(Out, "d"), outside);
        else if (what == "file")
            Write("d", "mine");
        else
            Write("a/mine", "mine");
        var before = Tree(Out);
        await Assert.ThrowsAsync<IOException>(() => ExportAsync(new FolderExport(Out, _bench.Log.Add)));
        Assert.Equal(before, Tree(Out));
        Assert.Equal(["victim"], Tree(outside));
    }

    [Fact]
    public async Task A_file_is_not_made_a_folder()
    {
        var path = Write("file", "mine");
        await Assert.ThrowsAsync<IOException>(() => ExportAsync(new FolderExport(path, _bench.Log.Add)));
        Assert.Equal(["file"], Tree(Out));
        Assert.Equal("mine", Read("file"));
    }
}
