using System.IO.Compression;
using System.Runtime.Versioning;
using System.Text;
using Gantry.Client.Files;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Tests.Files;

/// <summary>Modes, links and such names are Unix's.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FolderPackerTests : IDisposable
{
    private readonly Scratch _scratch = new();

    /// <summary>The digest was recorded from oras 1.3.3 on this tree: PAX and USTAR names, links, modes, order of bytes, rounded and ancient times.</summary>
    [Fact]
    public async Task A_packed_folder_has_the_tar_digest_that_oras_gives_it()
    {
        MakeTree(_scratch.Root);
        await using var store = new FileStore(new FileStoreOptions { Root = _scratch.Root });
        var layer = await store.AddAsync("d", null, "d");
        Assert.Equal("sha256:a9e86e1f91393f8bfae6a33a45e2d6dd5db912a217b99c0e44d0838e63216218", layer.Annotations![Annotations.ContentDigest]);
        Assert.Equal("true", layer.Annotations[Annotations.ContentUnpack]);
        Assert.Equal("d", layer.Title);
        Assert.Equal(MediaTypes.ImageLayerGzip, layer.MediaType);
    }

    [Fact]
    public async Task A_packed_folder_is_pulled_as_it_was()
    {
        MakeTree(_scratch["from"]);
        await using var from = new FileStore(new FileStoreOptions { Root = _scratch["from"] });
        var layer = await from.AddAsync("d", null, "d");
        await using var to = new FileStore(new FileStoreOptions { Root = _scratch["to"] });
        await to.PushAsync(layer, await from.FetchAsync(layer));

        Assert.Equal(Scratch.Tree(_scratch["from"]), Scratch.Tree(_scratch["to"]));
        Assert.Equal("hello\n", File.ReadAllText(_scratch["to/d/sub/link"]));
        Assert.Equal("../a.txt", new FileInfo(_scratch["to/d/sub/link"]).LinkTarget);
        Assert.True(File.GetUnixFileMode(_scratch["to/d/a-b"]).HasFlag(UnixFileMode.UserExecute));
        Assert.False(File.GetUnixFileMode(_scratch["to/d/sub/old"]).HasFlag(UnixFileMode.OtherRead));
        foreach (var path in (string[])["d", "d/sub", "d/a.txt", "d/sub/link"])
            Assert.Equal(new DateTime(2020, 1, 2, 3, 4, 6, DateTimeKind.Utc), File.GetLastWriteTimeUtc(_scratch[$"to/{path}"]));

        // What was pulled packs to the same tar again, but for the sticky bit, which is not restored.
        Assert.Equal(_scratch["to/d/"], Assert.Single(to.Pulled).Path);
        File.SetUnixFileMode(_scratch["to/d/sub/empty"], (UnixFileMode)0x3FF);
        Directory.SetLastWriteTimeUtc(_scratch["to/d/sub"], new DateTime(2020, 1, 2, 3, 4, 6, DateTimeKind.Utc));
        await using var again = new FileStore(new FileStoreOptions { Root = _scratch["to"] });
        Assert.Equal(layer.Annotations![Annotations.ContentDigest], (await again.AddAsync("d", null, "d")).Annotations![Annotations.ContentDigest]);
    }

    [Fact]
    public async Task A_link_to_a_folder_stands_for_the_folder()
    {
        _scratch.Write("real/file", "content");
        Directory.CreateSymbolicLink(_scratch["alias"], "real");
        await using var store = new FileStore(new FileStoreOptions { Root = _scratch.Root });
        Assert.Equal(["alias", "alias/file"], await NamesAsync(store, await store.AddAsync("alias", null, "alias")));
    }

    [Fact]
    public async Task The_working_folder_has_entries_without_a_prefix()
    {
        _scratch.Write("w/file", "content");
        await using var store = new FileStore(new FileStoreOptions { Root = _scratch["w"] });
        var layer = await store.AddAsync(".", null, ".");
        Assert.Equal([".", "file"], await NamesAsync(store, layer));
        await using var to = new FileStore(new FileStoreOptions { Root = _scratch["to"] });
        await to.PushAsync(layer, await store.FetchAsync(layer));
        Assert.Equal(["file"], Scratch.Tree(_scratch["to"]));
    }

    [Fact]
    public async Task Pipes_are_headers_without_content()
    {
        Directory.CreateDirectory(_scratch["d"]);
        using (var made = System.Diagnostics.Process.Start("mkfifo", _scratch["d/pipe"]))
            await made.WaitForExitAsync();
        await using var store = new FileStore(new FileStoreOptions { Root = _scratch.Root });
        var layer = await store.AddAsync("d", null, "d");
        Assert.Equal(["d", "d/pipe"], await NamesAsync(store, layer));
        await using var to = new FileStore(new FileStoreOptions { Root = _scratch["to"] });
        await to.PushAsync(layer, await store.FetchAsync(layer));
        Assert.Equal(["d"], Scratch.Tree(_scratch["to"]));
    }

    [Fact]
    public async Task A_size_beyond_octal_becomes_a_PAX_record()
    {
        using var tar = new MemoryStream();
        await new GoTarWriter(tar).WriteHeaderAsync(new TarEntry { Type = TarEntry.File, Name = "big", Size = 1L << 33, Modified = DateTimeOffset.UnixEpoch }, default);
        Assert.Equal(3 * 512, tar.Length);
        Assert.StartsWith("19 size=8589934592\n", Encoding.ASCII.GetString(tar.ToArray(), 512, 100));
        Assert.StartsWith("PaxHeaders.0/big\0", Encoding.ASCII.GetString(tar.ToArray(), 0, 100));
    }

    internal static void MakeTree(string root)
    {
        var (n, p, q) = (new string('n', 120), new string('p', 60), new string('q', 60));
        Dictionary<string, string> files = new()
        {
            ["a.txt"] = "hello\n", ["hard"] = "hello\n", ["a/1"] = "1", ["a-b"] = "run", ["A"] = "", ["größe.txt"] = "", [n] = "long",
            [$"{p}/{q}/split"] = "split", ["🎉"] = "", ["ｱ"] = "", ["sub/old"] = "old",
        };
        var folder = Path.Combine(root, "d");
        Directory.CreateDirectory(Path.Combine(folder, "sub/empty"));
        foreach (var (name, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
            File.WriteAllText(Path.Combine(folder, name), content);
            File.SetUnixFileMode(Path.Combine(folder, name), (UnixFileMode)0b110_100_100);
        }
        File.CreateSymbolicLink(Path.Combine(folder, "sub/link"), "../a.txt");
        File.CreateSymbolicLink(Path.Combine(folder, "longlink"), n);
        File.CreateSymbolicLink(Path.Combine(folder, "ülink"), "ü");
        foreach (var below in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories))
            File.SetUnixFileMode(below, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(Path.Combine(folder, "a-b"), (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(Path.Combine(folder, "sub/old"), (UnixFileMode)0b110_000_000);
        File.SetUnixFileMode(Path.Combine(folder, "sub/empty"), (UnixFileMode)0b1_111_111_111);
        foreach (var path in Scratch.Tree(root))
            File.SetLastWriteTimeUtc(Path.Combine(root, path), new DateTime(2020, 1, 2, 3, 4, 5, 500, DateTimeKind.Utc));
        File.SetLastWriteTimeUtc(Path.Combine(folder, "sub/old"), new DateTime(1960, 1, 1, 0, 0, 1, DateTimeKind.Utc));
    }

    private static async Task<List<string>> NamesAsync(FileStore store, Descriptor layer)
    {
        await using var gzip = new GZipStream(await store.FetchAsync(layer), CompressionMode.Decompress);
        var reader = new TarEntryReader(gzip);
        List<string> names = [];
        while (await reader.NextAsync(default) is { } entry)
            names.Add(entry.Name);
        return names;
    }

    public void Dispose() => _scratch.Dispose();
}
