using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Gantry.Build.Context;
using Gantry.Build.Execution;
using Gantry.Build.Layers;

namespace Gantry.Build.Tests.Context;

public sealed class ArchiveContextTests
{
    private const string CopyAll = "FROM scratch\nCOPY . /\n";

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_tar_is_a_context_plain_or_compressed_also_on_standard_input(bool isCompressed, bool isInput)
    {
        using var bench = new Bench();
        var tar = Tars.Of(Tars.File("Dockerfile", CopyAll), Tars.File(".dockerignore", "Dockerfile\n.dockerignore\nlog"), Tars.File("./a", "1"), Tars.Of(TarEntryType.Directory, "d/"),
            Tars.File("d/b", "2", 0b111_000_000), Tars.Link("l", "/etc/passwd"), Tars.Link("h", "d/b", TarEntryType.HardLink), Tars.File("log", "x"), Tars.File("a", "last"));
        var stream = Tars.Stream(isCompressed ? Tars.Gzip(tar) : tar);
        var image = await bench.BuildAsync(isInput ? new ContextSource.StandardInput(stream) : new ContextSource.Archive(stream));
        var files = await bench.FilesAsync(image);
        Assert.Equal(["a", "d/", "d/b", "h", "l"], files.Keys);
        Assert.Equal("last", files["a"]);
        Assert.Equal("2", files["h"]);
        Assert.Equal("-> /etc/passwd", files["l"]);
        bench.AssertWorkFolderIsEmpty();
    }

    [Fact]
    public async Task The_same_files_make_the_same_layer_from_a_folder_and_from_an_archive()
    {
        using var bench = new Bench();
        var folder = bench.Folder(("a", "1"), ("d/b", "2"));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Join(folder, "d"), (UnixFileMode)Permissions.Folder);
        var fromFolder = await bench.BuildAsync(new ContextSource.Folder(folder), CopyAll);
        using var packed = new MemoryStream();
        TarFile.CreateFromDirectory(folder, packed, includeBaseDirectory: false);
        packed.Position = 0;
        var fromArchive = await bench.BuildAsync(new ContextSource.Archive(packed), CopyAll);
        Assert.Equal(fromFolder.Images[0].Config.DiffIds, fromArchive.Images[0].Config.DiffIds);
    }

    [Fact]
    public async Task An_entry_behind_a_link_lands_where_the_link_leads_inside_the_context()
    {
        using var bench = new Bench();
        var image = await bench.BuildAsync(new ContextSource.Archive(Tars.Stream(Tars.Of(Tars.Of(TarEntryType.Directory, "real/"), Tars.Link("l", "../../real"), Tars.File("l/x", "x")))), CopyAll);
        Assert.Equal(["l", "real/", "real/x"], (await bench.FilesAsync(image)).Keys);
    }

    public static TheoryData<string, byte[]> Hostile => new()
    {
        { "outside its root", Tars.Of(Tars.File("../escape", "x")) },
        { "outside its root", Tars.Of(Tars.File("a/../../escape", "x")) },
        { "which is no file of the archive before it", Tars.Of(Tars.Link("h", "etc/passwd", TarEntryType.HardLink)) },
        { "outside its root", Tars.Of(Tars.Link("h", "../../etc/passwd", TarEntryType.HardLink)) },
        { "device or pipe", Tars.Of(Tars.Of(TarEntryType.CharacterDevice, "null")) },
        { "device or pipe", Tars.Of(Tars.Of(TarEntryType.Fifo, "pipe")) },
        { "not a tar archive", Encoding.ASCII.GetBytes(new string('x', 2000)) },
        { "ends in the middle", Tars.Of(Tars.File("a", new string('x', 5000)))[..3000] },
    };

    [Theory]
    [MemberData(nameof(Hostile), DisableDiscoveryEnumeration = true)]
    public async Task A_hostile_or_broken_archive_is_refused_with_a_sentence(string reason, byte[] tar)
    {
        using var bench = new Bench();
        var failure = await Assert.ThrowsAsync<BuildException>(() => bench.BuildAsync(new ContextSource.Archive(Tars.Stream(tar)), CopyAll));
        Assert.Contains(reason, failure.Message);
        bench.AssertWorkFolderIsEmpty();
        Assert.Empty(bench.Log);
    }

    [Fact]
    public async Task An_absolute_name_is_below_the_context_s_root()
    {
        using var bench = new Bench();
        var image = await bench.BuildAsync(new ContextSource.Archive(Tars.Stream(Tars.Of(Tars.File("/etc/passwd", "mine")))), CopyAll);
        Assert.Equal("mine", (await bench.FilesAsync(image))["etc/passwd"]);
    }

    [Fact]
    public async Task A_gzip_that_was_cut_off_is_refused_unless_only_padding_is_missing()
    {
        using var bench = new Bench();
        var content = Convert.ToBase64String(System.Security.Cryptography.SHA512.HashData("x"u8));
        var whole = Tars.Gzip(Tars.Of(Tars.File("a", content), Tars.File("b", content)));
        var refused = 0;
        for (var length = 20; length < whole.Length; length++)
        {
            try
            {
                var image = await bench.BuildAsync(new ContextSource.Archive(Tars.Stream(whole[..length])), CopyAll);
                Assert.Equal([content, content], (await bench.FilesAsync(image)).Values);
            }
            catch (BuildException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, whole.Length - 60, whole.Length);
        bench.AssertWorkFolderIsEmpty();
    }

    [Fact]
    public async Task Bombs_stop_at_the_limits_of_entries_bytes_and_ratio()
    {
        var many = Tars.Of([.. Enumerable.Range(0, 50).Select(i => Tars.File($"f{i}", ""))]);
        await RefusedAsync(new TarLimits { Entries = 40 }, many, "more than 40 entries");

        var large = Tars.Of(Tars.File("a", new string('x', 600)), Tars.File("b", new string('x', 600)));
        await RefusedAsync(new TarLimits { Bytes = 1000 }, large, "more than 1000 bytes");

        var zeros = Tars.Gzip(Tars.Of(Tars.File("z", new string('\0', 4_000_000))), CompressionLevel.Optimal);
        await RefusedAsync(new TarLimits { FreeBytes = 1_000_000, Ratio = 50 }, zeros, "more than 50 times its size");

        static async Task RefusedAsync(TarLimits limits, byte[] archive, string reason)
        {
            using var bench = new Bench(limits: limits);
            var failure = await Assert.ThrowsAsync<BuildException>(() => bench.BuildAsync(new ContextSource.Archive(Tars.Stream(archive)), CopyAll));
            Assert.Contains(reason, failure.Message);
            bench.AssertWorkFolderIsEmpty();
        }
    }

    [Fact]
    public async Task Standard_input_that_is_nothing_or_far_too_long_is_refused()
    {
        using var bench = new Bench();
        Assert.Contains("empty", (await Assert.ThrowsAsync<BuildException>(() => bench.BuildAsync(new ContextSource.StandardInput(Stream.Null)))).Message);
        var long_ = Tars.Stream(Encoding.ASCII.GetBytes(new string('#', 2_000_000)));
        Assert.Contains("no Dockerfile either", (await Assert.ThrowsAsync<BuildException>(() => bench.BuildAsync(new ContextSource.StandardInput(long_)))).Message);
    }

    [Fact]
    public async Task A_dockerfile_that_is_a_link_out_of_an_archive_is_not_found()
    {
        using var bench = new Bench();
        var tar = Tars.Of(Tars.Link("Dockerfile", "../../../../etc/hostname"));
        var failure = await Assert.ThrowsAsync<BuildException>(() => bench.BuildAsync(new ContextSource.Archive(Tars.Stream(tar))));
        Assert.Contains("unable to find the Dockerfile", failure.Message);
    }

    [Fact]
    public async Task A_dockerfile_path_that_climbs_stays_in_the_context()
    {
        using var bench = new Bench();
        var options = Bench.Options(new ContextSource.Archive(Tars.Stream(Tars.Of(Tars.File("x", "FROM scratch"))))) with { Dockerfile = "../../etc/passwd" };
        await Assert.ThrowsAsync<BuildException>(() => bench.Builder.BuildAsync(options, bench.Output, default).AsTask());
    }
}
