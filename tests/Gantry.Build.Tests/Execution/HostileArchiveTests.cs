using System.Formats.Tar;
using Gantry.Build.Layers;

namespace Gantry.Build.Tests.Execution;

/// <summary>Archives that ADD must not trust.</summary>
public sealed class HostileArchiveTests : IDisposable
{
    private readonly BuildBench _bench = new() { Limits = new TarLimits { Entries = 1000, Bytes = 1L << 40 } };

    public void Dispose() => _bench.Dispose();

    private static PaxTarEntry Entry(TarEntryType type, string name, string link = "")
    {
        var entry = new PaxTarEntry(type, name);
        if (link.Length > 0)
            entry.LinkName = link;
        return entry;
    }

    private static PaxTarEntry Text(string name, string text) => new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)) };

    private Task<string> RefusalAsync(params TarEntry[] entries) => _bench.Tar("t.tar", entries).RefusalAsync("FROM scratch\nADD t.tar /x/\n");

    private Task<Dictionary<string, string>> UnpackAsync(params TarEntry[] entries) => _bench.Tar("t.tar", entries).LastLayerAsync("FROM scratch\nADD t.tar /x/\n");

    [Fact]
    public async Task A_bomb_of_entries_stops_at_the_limit() =>
        Assert.Contains("more than 1000 entries", await RefusalAsync([.. Enumerable.Range(0, 1001).Select(i => Entry(TarEntryType.Directory, $"d{i}"))]), StringComparison.Ordinal);

    [Fact]
    public async Task A_bomb_of_bytes_stops_before_they_are_written()
    {
        // Two headers that promise more than five hundred times the archive; no byte of it need be there.
        var header = TarHeaderWriter.Write(new LayerEntry { Path = "zeros", Type = EntryType.File, Mode = Permissions.File, Size = 2L << 30 });
        await File.WriteAllBytesAsync(Path.Join(_bench.Context, "t.tar"), header);
        Assert.Equal("Dockerfile:2: ADD failed: \"t.tar\" cannot be unpacked: the archive unpacks to more than 1073741824 bytes; pack it again, or COPY it as it is",
            await _bench.RefusalAsync("FROM scratch\nADD t.tar /x/\n"));
    }

    [Theory]
    [InlineData(".wh.passwd")]
    [InlineData("etc/.wh.passwd")]
    [InlineData("etc/.wh..wh..opq")]
    [InlineData(".wh.folder/file")]
    public async Task A_forged_deletion_is_refused(string name) =>
        Assert.Contains("bears a name that means a deletion in layers", await RefusalAsync(Text(name, "")), StringComparison.Ordinal);

    [Theory]
    [InlineData("../../../etc/passwd", "outside its root")]
    [InlineData("/etc/passwd", "which is not a file before it")]
    [InlineData("none", "which is not a file before it")]
    [InlineData("later", "which is not a file before it")]
    [InlineData("folder", "which is not a file before it")]
    public async Task A_hard_link_to_what_is_not_in_the_archive_is_refused(string target, string message) =>
        Assert.Contains(message, await RefusalAsync(Entry(TarEntryType.Directory, "folder"), Entry(TarEntryType.HardLink, "link", target), Text("later", "")), StringComparison.Ordinal);

    [Fact]
    public async Task A_hard_link_to_a_file_of_the_image_is_a_copy_of_it()
    {
        _bench.File("f", "the image's").Tar("t.tar", Entry(TarEntryType.HardLink, "link", "f"));
        Assert.Equal(["x/link RegularFile the image's"], (await _bench.LastLayerAsync("FROM scratch\nCOPY f /x/f\nADD t.tar /x/\n")).Select(file => $"{file.Key} {file.Value}"));
    }

    [Theory]
    [InlineData(TarEntryType.CharacterDevice)]
    [InlineData(TarEntryType.BlockDevice)]
    public async Task Devices_are_refused(TarEntryType type) =>
        Assert.Contains("is a device", await RefusalAsync(Entry(type, "dev/null")), StringComparison.Ordinal);

    [Theory]
    [InlineData("../out")]
    [InlineData("a/../../out")]
    [InlineData("/../out")]
    public async Task A_name_that_climbs_out_is_refused(string name) =>
        Assert.Contains("outside its root", await RefusalAsync(Text(name, "")), StringComparison.Ordinal);

    [Fact]
    public async Task Absolute_names_and_steps_up_inside_land_below_the_destination()
    {
        var files = await UnpackAsync(Text("/etc/passwd", "mine"), Text("a/../b", "b"));
        Assert.Equal("RegularFile mine", files["x/etc/passwd"]);
        Assert.Equal("RegularFile b", files["x/b"]);
    }

    [Theory]
    [InlineData("../../../../../outside", "outside/file")]
    [InlineData("/outside", "outside/file")]
    [InlineData("..", "file")]
    [InlineData("inside", "x/inside/file")]
    public async Task An_entry_that_goes_through_a_link_of_the_archive_stays_in_the_image(string target, string place)
    {
        var files = await UnpackAsync(Entry(TarEntryType.SymbolicLink, "link", target), Text("link/file", "caught"));
        Assert.Equal("RegularFile caught", files[place]);
        Assert.Equal($"SymbolicLink {target}", files["x/link"]);
    }

    [Fact]
    public async Task A_hard_link_through_a_link_of_the_archive_stays_in_the_image() =>
        Assert.Contains("which is not a file before it", await RefusalAsync(Entry(TarEntryType.SymbolicLink, "link", "/etc"), Entry(TarEntryType.HardLink, "shadow", "link/shadow")), StringComparison.Ordinal);

    [Fact]
    public async Task Links_in_a_circle_are_refused() =>
        Assert.Contains("too many symbolic links", await RefusalAsync(Entry(TarEntryType.SymbolicLink, "a", "b"), Entry(TarEntryType.SymbolicLink, "b", "a"), Text("a/file", "")), StringComparison.Ordinal);

    [Fact]
    public async Task A_path_longer_than_Linux_takes_is_refused() =>
        Assert.Contains("the limit is 4096", await RefusalAsync(Text(string.Concat(Enumerable.Repeat("d/", 100_000)) + "f", "")), StringComparison.Ordinal);

    [Fact]
    public async Task The_deepest_path_is_unpacked()
    {
        var deep = string.Join('/', Enumerable.Repeat("d", 2000));
        Assert.Equal("RegularFile deep", (await UnpackAsync(Text(deep + "/f", "deep")))[$"x/{deep}/f"]);
    }

    [Fact]
    public async Task A_hard_link_keeps_the_content_it_had_when_its_file_is_replaced_later()
    {
        var files = await UnpackAsync(Text("file", "old"), Entry(TarEntryType.HardLink, "link", "file"), Text("file", "new"));
        Assert.Equal(("RegularFile new", "RegularFile old"), (files["x/file"], files["x/link"]));
    }

    [Fact]
    public async Task Of_names_that_share_a_content_the_first_in_the_layer_is_the_file()
    {
        var files = await UnpackAsync(Text("z", "shared"), Entry(TarEntryType.HardLink, "a", "z"), Entry(TarEntryType.HardLink, "m", "a"));
        Assert.Equal(["x Directory", "x/a RegularFile shared", "x/m HardLink x/a", "x/z HardLink x/a"], files.Select(file => $"{file.Key} {file.Value}"));
    }

    [Fact]
    public async Task An_archive_that_is_cut_off_is_refused()
    {
        _bench.Tar("t.tar", Text("file", new string('x', 5000)));
        var path = Path.Join(_bench.Context, "t.tar");
        await File.WriteAllBytesAsync(path, (await File.ReadAllBytesAsync(path))[..3000]);
        Assert.Contains("\"t.tar\" cannot be unpacked: the archive ends in the middle of an entry", await _bench.RefusalAsync("FROM scratch\nADD t.tar /x/\n"), StringComparison.Ordinal);
    }
}
