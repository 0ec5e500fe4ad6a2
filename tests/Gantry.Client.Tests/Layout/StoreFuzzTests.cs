using System.Formats.Tar;
using System.Text;
using Gantry.Client.Content;
using Gantry.Client.Layout;
using Gantry.Protocol.Oci;
using Gantry.Testing;

namespace Gantry.Client.Tests.Layout;

/// <summary>Folders and archives of others, damaged anywhere: read to the end, and nothing wrong comes out of them.</summary>
public sealed class StoreFuzzTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task A_docker_registry_folder_that_is_damaged_anywhere_is_read_to_its_end()
    {
        var folder = new DockerFolder(_scratch["store"]);
        for (var i = 0; i < 4; i++)
            folder.Image(i % 2 == 0 ? "a" : "a/b", $"layer {i}", null, $"v{i}");
        var files = Directory.GetFiles(folder.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        await Seeded.RoundsAsync(0xD0CE, 150, async chance =>
        {
            var victim = chance.Of(files);
            var original = await File.ReadAllBytesAsync(victim);
            await File.WriteAllBytesAsync(victim, chance.OneIn(4) ? [] : chance.Mutate(original));
            await foreach (var repository in DockerRegistryFolder.Find(folder.Root)!.ListAsync(_ => true, _ => { }))
            {
                foreach (var manifest in repository.Manifests)
                    Assert.Equal(manifest.Descriptor.Digest, Digest.Of(await repository.Content.FetchBytesAsync(manifest.Descriptor, OciLimits.Default)));
            }
            await File.WriteAllBytesAsync(victim, original);
        });
    }

    [Fact]
    public async Task A_layout_archive_that_is_damaged_anywhere_is_refused_or_right()
    {
        var content = Encoding.UTF8.GetBytes("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""");
        var digest = Digest.Of(content);
        var whole = new MemoryStream();
        using (var tar = new TarWriter(whole, TarEntryFormat.Pax, leaveOpen: true))
        {
            Add(tar, "oci-layout", """{"imageLayoutVersion":"1.0.0"}""");
            Add(tar, "index.json", $$"""{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.index.v1+json","digest":"{{digest}}","size":{{content.Length}}}]}""");
            Add(tar, $"./blobs/sha256/{digest.Hex}", Encoding.UTF8.GetString(content));
        }
        var file = _scratch["layout.tar"];
        var read = 0;
        await Seeded.RoundsAsync(0x7A4, 300, async chance =>
        {
            await File.WriteAllBytesAsync(file, chance.Mutate(whole.ToArray()));
            try
            {
                var archive = await LayoutArchive.OpenAsync(file);
                foreach (var entry in archive.Entries.Where(entry => entry.Size < 1000))
                {
                    Assert.Equal(entry.Digest, Digest.Of(await archive.FetchBytesAsync(entry, OciLimits.Default)));
                    read++;
                }
            }
            catch (Exception e) when (e is OciFormatException or ContentMismatchException or ContentNotFoundException or EndOfStreamException)
            {
                // What is damaged is said to be.
            }
        });
        Assert.NotEqual(0, read);
    }

    [Fact]
    public void Names_in_layouts_are_read_as_docker_reads_them_or_refused()
    {
        Assert.True(LayoutNames.TryParse("docker.io/library/alpine:3", out var repository, out var tag));
        Assert.Equal(("library/alpine", "3"), (repository.ToString(), tag.ToString()));
        Assert.True(LayoutNames.TryParse("localhost:5000/a", out repository, out tag));
        Assert.Equal(("a", ""), (repository.ToString(), tag.ToString()));
        Assert.True(LayoutNames.TryParse("team/a:1", out repository, out tag));
        Assert.Equal(("team/a", "1"), (repository.ToString(), tag.ToString()));
        Assert.True(LayoutNames.TryParse("1.0", out repository, out tag));
        Assert.Equal(("", "1.0"), (repository.ToString(), tag.ToString()));
        Assert.True(LayoutNames.TryParse("alpine:3", out repository, out tag));
        Assert.Equal(("alpine", "3"), (repository.ToString(), tag.ToString()));
        Assert.False(LayoutNames.TryParse("docker.io/a@sha256:1", out _, out _));
        Assert.False(LayoutNames.TryParse("UPPER/case:1", out _, out _));
        Seeded.Rounds(0x1A6E, 20_000, chance =>
        {
            var text = chance.Text(["a", "A", "/", ":", "@", ".", "-", "localhost", "5000", "sha256:", "\n", "é"], 8);
            if (!LayoutNames.TryParse(text, out var name, out var named))
                return;
            Assert.True(name is not null || named is not null, text);
            Assert.EndsWith(named is { } given ? (name is null ? $"{given}" : $"{name}:{given}") : $"{name}", text.Split('@')[0], StringComparison.Ordinal);
        });
    }

    private static void Add(TarWriter tar, string name, string text) =>
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
}
