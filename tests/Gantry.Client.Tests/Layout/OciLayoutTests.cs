using System.Text;
using Gantry.Client.Content;
using Gantry.Client.Layout;
using Gantry.Client.Tests.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Tests.Layout;

public sealed class OciLayoutTests : IDisposable
{
    private readonly Scratch _scratch = new();

    private string Folder => _scratch["layout"];

    [Fact]
    public async Task A_new_layout_is_what_the_specification_says()
    {
        await OpenAsync();
        Assert.Equal("""{"imageLayoutVersion":"1.0.0"}""", File.ReadAllText(Path.Combine(Folder, "oci-layout")));
        Assert.Equal("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""", File.ReadAllText(Path.Combine(Folder, "index.json")));
    }

    [Fact]
    public async Task The_index_is_what_oras_writes()
    {
        var layout = await OpenAsync();
        var layer = await Graphs.BlobAsync(layout, "hello\n", "artifact.txt");
        var packed = await Packer.PackAsync(layout, new PackOptions { Layers = [layer], Created = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) });
        await layout.TagAsync(packed.Descriptor, "t");
        // Recorded from oras 1.3.3 for the same push.
        Assert.Equal("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:9cf866a06f5898a4375d020067684cce31ddbd53548d52aeb13d49d17a499302","size":590,"annotations":{"org.opencontainers.image.created":"2026-01-01T00:00:00Z","org.opencontainers.image.ref.name":"t"},"artifactType":"application/vnd.unknown.artifact.v1"}]}""",
            File.ReadAllText(Path.Combine(Folder, "index.json")));
    }

    [Fact]
    public async Task What_one_process_writes_another_reads()
    {
        var one = await OpenAsync();
        var two = await OpenAsync();
        var root = await Graphs.ManifestAsync(one, [await Graphs.BlobAsync(one, "layer")]);
        await one.TagAsync(root, "from/one:any text");
        Assert.Equal(root.Digest, (await two.ResolveAsync("from/one:any text"))!.Digest);
        await two.TagAsync(root, "from two");
        Assert.Equal(["from two", "from/one:any text"], await one.ListTagsAsync().ToListAsync());
    }

    [Fact]
    public async Task Writers_in_several_instances_lose_no_tag()
    {
        var layouts = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync()));
        await Task.WhenAll(layouts.Select((layout, writer) => Task.Run(async () =>
        {
            var root = await Graphs.ManifestAsync(layout, [], name: $"writer {writer}");
            for (var number = 0; number < 8; number++)
                await layout.TagAsync(root, $"{writer}-{number}");
        })));
        Assert.Equal(32, (await layouts[0].ListTagsAsync().ToListAsync()).Count);
    }

    [Fact]
    public async Task Roots_without_a_tag_are_listed_and_children_are_led_to()
    {
        var layout = await OpenAsync();
        var child = await Graphs.ManifestAsync(layout, [], name: "child");
        var root = await Graphs.IndexAsync(layout, child);
        Assert.Equal([root.Digest], Entries().Select(entry => entry.Digest));

        var found = await layout.ResolveAsync(child.Digest.ToString());
        Assert.Equal(child, found);

        Assert.True(await layout.DeleteAsync(root));
        Assert.Equal([child.Digest], Entries().Select(entry => entry.Digest));
    }

    [Fact]
    public async Task A_tag_that_looks_like_a_digest_deceives_nobody()
    {
        var layout = await OpenAsync();
        var good = await Graphs.ManifestAsync(layout, [], name: "good");
        var evil = await Graphs.ManifestAsync(layout, [], name: "evil");
        var entry = evil with { Annotations = new Dictionary<string, string> { [Annotations.RefName] = good.Digest.ToString() } };
        File.WriteAllBytes(Path.Combine(Folder, "index.json"), new ImageIndex { Entries = [entry] }.ToJson());
        Assert.Equal(good.Digest, (await layout.ResolveAsync(good.Digest.ToString()))!.Digest);
    }

    [Fact]
    public async Task A_blob_that_lost_bytes_is_pushed_anew_and_a_changed_one_is_told()
    {
        var layout = await OpenAsync();
        var blob = await Graphs.BlobAsync(layout, "content");
        var path = Path.Combine(Folder, "blobs", "sha256", blob.Digest.Hex.ToString());
        File.WriteAllText(path, "CONTENT");
        await Assert.ThrowsAsync<ContentMismatchException>(async () => await layout.FetchBytesAsync(blob, OciLimits.Default));
        File.WriteAllText(path, "cont");
        Assert.False(await layout.ExistsAsync(blob));
        await Graphs.BlobAsync(layout, "content");
        Assert.Equal("content"u8.ToArray(), await layout.FetchBytesAsync(blob, OciLimits.Default));
        Assert.Equal(blob.Size, (await layout.FindBlobAsync(blob.Digest))!.Size);
    }

    [Fact]
    public async Task Nothing_unfinished_is_left_behind()
    {
        var layout = await OpenAsync();
        var promise = Descriptor.Of(MediaTypes.ImageLayer, "promised"u8);
        await Assert.ThrowsAsync<ContentMismatchException>(async () => await layout.PushBytesAsync(promise, "deliverd"u8.ToArray()));
        await Graphs.ManifestAsync(layout, []);
        Assert.Equal(["index.lock"], Scratch.Tree(Path.Combine(Folder, "ingest")));
    }

    [Fact]
    public async Task A_folder_that_is_no_layout_is_refused()
    {
        await Assert.ThrowsAsync<OciFormatException>(async () => await OciLayout.OpenAsync(Folder, create: false));
        Assert.False(Directory.Exists(Folder));
        _scratch.Write("layout/oci-layout", """{"imageLayoutVersion":"2.0.0"}""");
        await Assert.ThrowsAsync<OciFormatException>(async () => await OciLayout.OpenAsync(Folder, create: true));
    }

    [Fact]
    public async Task Links_in_a_layout_are_refused()
    {
        var secret = _scratch.Write("secret", "secret!");
        var layout = await OpenAsync();
        var blob = Descriptor.Of(MediaTypes.ImageLayer, "secret!"u8);
        File.CreateSymbolicLink(Path.Combine(Folder, "blobs", "sha256", blob.Digest.Hex.ToString()), secret);
        await Assert.ThrowsAsync<OciFormatException>(async () => await layout.FetchBytesAsync(blob, OciLimits.Default));

        File.Move(Path.Combine(Folder, "index.json"), _scratch["index.json"]);
        File.CreateSymbolicLink(Path.Combine(Folder, "index.json"), _scratch["index.json"]);
        await Assert.ThrowsAsync<OciFormatException>(async () => await OciLayout.OpenAsync(Folder, create: false));

        Directory.CreateDirectory(_scratch["other"]);
        File.WriteAllText(_scratch["other/oci-layout"], """{"imageLayoutVersion":"1.0.0"}""");
        Directory.CreateSymbolicLink(_scratch["other/blobs"], Path.Combine(Folder, "blobs"));
        await Assert.ThrowsAsync<OciFormatException>(async () => await OciLayout.OpenAsync(_scratch["other"], create: false));
    }

    [Fact]
    public async Task An_index_beyond_its_bound_is_refused_before_it_is_read()
    {
        await OpenAsync();
        await using (var index = File.OpenWrite(Path.Combine(Folder, "index.json")))
            index.SetLength(1L << 33);
        await Assert.ThrowsAsync<OciFormatException>(async () => await OciLayout.OpenAsync(Folder, create: false));
    }

    [Fact]
    public async Task Broken_indexes_end_in_an_error_or_are_read()
    {
        var layout = await OpenAsync();
        var root = await Graphs.ManifestAsync(layout, [await Graphs.BlobAsync(layout, "layer")], name: "x");
        await layout.TagAsync(root, "v1");
        var path = Path.Combine(Folder, "index.json");
        var good = File.ReadAllBytes(path);
        for (ulong seed = 1; seed <= 300; seed++)
        {
            var dice = new Dice(seed);
            var bad = good.ToArray();
            for (var i = 0; i <= dice.Next(4); i++)
                bad[dice.Next(bad.Length)] = (byte)dice.Next(128);
            File.WriteAllBytes(path, dice.Next(4) == 0 ? bad[..dice.Next(bad.Length)] : bad);
            try
            {
                var opened = await OciLayout.OpenAsync(Folder, create: false);
                if (await opened.ResolveAsync("v1") is { } found)
                    await opened.FetchBytesAsync(found, OciLimits.Default);
                await opened.ListReferrersAsync(root).ToListAsync();
            }
            catch (Exception e) when (e is OciFormatException or ContentMismatchException or ContentNotFoundException)
            {
            }
        }
    }

    [Fact]
    public async Task A_graph_goes_from_layout_to_layout_and_back_unchanged()
    {
        var memory = new MemoryStore();
        var (root, all) = await Graphs.RandomAsync(memory, new Dice(7));
        await memory.TagAsync(root, "v1");
        var one = await OpenAsync();
        var two = await OciLayout.OpenAsync(_scratch["two"], create: true);
        await CopyGraph.RunAsync(memory, "v1", one, ["v1", "v2"], CopyOptions.Default);
        await CopyGraph.RunAsync(one, "v2", two, ["v3"], CopyOptions.Default);
        Assert.Equal(all.Select(digest => digest.Hex.ToString()).Order(StringComparer.Ordinal), Scratch.Tree(_scratch["two/blobs/sha256"]));
    }

    private Task<OciLayout> OpenAsync() => OciLayout.OpenAsync(Folder, create: true).AsTask();

    private IReadOnlyList<Descriptor> Entries() =>
        ((ImageIndex)Manifest.Parse(Encoding.UTF8.GetBytes(File.ReadAllText(Path.Combine(Folder, "index.json"))), MediaTypes.ImageIndex, OciLimits.Default)).Entries;

    public void Dispose() => _scratch.Dispose();
}
