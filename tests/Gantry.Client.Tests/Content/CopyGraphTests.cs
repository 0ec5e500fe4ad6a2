using System.Collections.Concurrent;
using System.Text;
using Gantry.Client.Content;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Tests.Content;

public sealed class CopyGraphTests
{
    private readonly WatchedStore _source = new();
    private readonly ConcurrentQueue<CopyEvent> _events = new();

    private CopyOptions Options => CopyOptions.Default with { OnEvent = _events.Enqueue };

    [Fact]
    public async Task Random_graphs_copy_completely_at_any_concurrency_and_each_node_moves_once()
    {
        for (ulong seed = 1; seed <= 60; seed++)
        {
            var dice = new Dice(seed);
            var source = new WatchedStore();
            var (root, all) = await Graphs.RandomAsync(source, dice);
            source.Fetches.Clear();
            var target = new WatchedStore { Slow = seed % 10 == 0 };
            var concurrency = 1 + dice.Next(8);

            await CopyGraph.RunAsync(source, target, root, Options with { Concurrency = concurrency });

            Assert.Equal(all, target.Pushes.Keys.ToHashSet());
            Assert.All(target.Pushes.Values, count => Assert.Equal(1, count));
            Assert.All(source.Fetches.Values, count => Assert.Equal(1, count));
            Assert.All(target.Questions.Values, count => Assert.Equal(1, count));
            Assert.InRange(target.MostAtOnce, 1, concurrency);
        }
    }

    [Fact]
    public async Task A_graph_deeper_than_there_are_slots_does_not_starve()
    {
        var node = await Graphs.ManifestAsync(_source, [await Graphs.BlobAsync(_source, "leaf")]);
        for (var level = 0; level < 20; level++)
            node = await Graphs.IndexAsync(_source, node, await Graphs.ManifestAsync(_source, [await Graphs.BlobAsync(_source, $"leaf {level}")]));
        var target = new WatchedStore();
        await CopyGraph.RunAsync(_source, target, node, Options with { Concurrency = 1 });
        Assert.True(await target.ExistsAsync(node));
    }

    [Fact]
    public async Task A_graph_without_reasonable_depth_is_refused()
    {
        var node = await Graphs.ManifestAsync(_source, []);
        for (var level = 0; level < 40; level++)
            node = await Graphs.IndexAsync(_source, node);
        var error = await Assert.ThrowsAsync<CopyException>(async () => await CopyGraph.RunAsync(_source, new MemoryStore(), node, Options));
        Assert.Equal(CopySide.Source, error.Side);
        Assert.IsType<OciFormatException>(error.InnerException);
    }

    [Fact]
    public async Task Where_the_target_has_the_root_nothing_below_is_touched()
    {
        var root = await Graphs.ManifestAsync(_source, [await Graphs.BlobAsync(_source, "layer")]);
        await _source.TagAsync(root, "v1");
        var target = new WatchedStore();
        await CopyGraph.RunAsync(_source, target, root, CopyOptions.Default);
        target.Questions.Clear();
        _source.Fetches.Clear();

        await CopyGraph.RunAsync(_source, "v1", target, ["v2"], Options);

        Assert.Equal([root.Digest], target.Questions.Keys);
        Assert.Empty(_source.Fetches);
        Assert.Equal(new CopyEvent(root, CopyStage.Exists, root.Size), Assert.Single(_events));
        Assert.Equal(root.Digest, (await target.ResolveAsync("v2"))!.Digest);
    }

    [Fact]
    public async Task Events_come_in_the_order_of_the_work()
    {
        var layer = await Graphs.BlobAsync(_source, new string('x', 600_000), "x");
        var root = await Graphs.ManifestAsync(_source, [layer], layer);
        await CopyGraph.RunAsync(_source, new MemoryStore(), root, Options);

        Assert.Equal(
            [CopyStage.Fetching, CopyStage.Processing, CopyStage.Started, CopyStage.Done],
            _events.Where(e => e.Node.Digest == root.Digest).Select(e => e.Stage));
        var moved = _events.Where(e => e.Node.Digest == layer.Digest).ToList();
        Assert.Equal(CopyStage.Started, moved[0].Stage);
        Assert.Equal(new CopyEvent(layer, CopyStage.Done, 600_000) with { Node = moved[^1].Node }, moved[^1]);
        Assert.InRange(moved.Count(e => e.Stage == CopyStage.Progress), 1, 3);
    }

    [Fact]
    public async Task Foreign_layers_are_skipped()
    {
        var foreign = Descriptor.Of(MediaTypes.NonDistributableLayer, "elsewhere"u8);
        var manifest = new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = Descriptor.EmptyJson, Layers = [foreign] };
        var content = ManifestContent.Of(MediaTypes.ImageManifest, manifest.ToJson());
        var source = new MemoryStore();
        await source.PushBytesAsync(Descriptor.EmptyJson.Bare(), "{}"u8.ToArray());
        await source.PushBytesAsync(content.Descriptor, content.Bytes);

        var target = new WatchedStore();
        await CopyGraph.RunAsync(source, target, content.Descriptor, Options);

        Assert.False(await target.ExistsAsync(foreign));
        Assert.Contains(_events, e => e.Node.Digest == foreign.Digest && e.Stage == CopyStage.Skipped);
    }

    [Fact]
    public async Task Blobs_are_mounted_where_the_registry_would_and_pushed_where_it_would_not()
    {
        var near = await Graphs.BlobAsync(_source, "near");
        var far = await Graphs.BlobAsync(_source, "far");
        var root = await Graphs.ManifestAsync(_source, [near, far], near);
        _source.Fetches.Clear();
        var target = new WatchedRegistry { CanMount = blob => blob.Digest == near.Digest };

        await CopyGraph.RunAsync(_source, target, root, Options with { MountFrom = RepositoryName.Parse("other/place") });

        Assert.False(_source.Fetches.ContainsKey(near.Digest));
        Assert.Equal(1, _source.Fetches[far.Digest]);
        Assert.Contains(_events, e => e.Node.Digest == near.Digest && e.Stage == CopyStage.Mounted);
        Assert.Contains(_events, e => e.Node.Digest == far.Digest && e.Stage == CopyStage.Done);
    }

    [Fact]
    public async Task A_registry_gets_the_root_under_its_first_tag_and_the_other_tags_after()
    {
        var root = await Graphs.ManifestAsync(_source, [await Graphs.BlobAsync(_source, "layer")]);
        await _source.TagAsync(root, "v1");
        _source.Fetches.Clear();
        var target = new WatchedRegistry { CanMount = _ => false };

        var copied = await CopyGraph.RunAsync(_source, "v1", target, ["a", "b", "c"], Options);

        Assert.Equal(root, copied);
        Assert.Equal(["a", "b", "c"], target.PushedAs);
        Assert.Equal(1, _source.Fetches[root.Digest]);
        Assert.Empty(target.Fetches);
    }

    [Fact]
    public async Task A_blob_that_the_registry_lost_is_pushed_again_once()
    {
        var lost = await Graphs.BlobAsync(_source, "lost");
        var child = await Graphs.ManifestAsync(_source, [lost]);
        var root = await Graphs.IndexAsync(_source, child);
        var target = new WatchedStore { Lost = { lost.Digest, child.Digest } };

        await CopyGraph.RunAsync(_source, target, root, Options);

        Assert.Equal(1, target.Pushes[lost.Digest]);
        Assert.Equal(1, target.Pushes[child.Digest]);
        Assert.Equal(1, target.Pushes[root.Digest]);
    }

    [Fact]
    public async Task A_registry_that_keeps_losing_blobs_is_given_up()
    {
        var root = await Graphs.ManifestAsync(_source, [await Graphs.BlobAsync(_source, "layer")]);
        var pushes = 0;
        var target = new WatchedStore
        {
            FailPush = node =>
            {
                pushes += node.MediaType.IsManifest ? 1 : 0;
                return node.MediaType.IsManifest ? new RegistryException(ErrorCode.ManifestBlobUnknown) : null;
            },
        };
        var error = await Assert.ThrowsAsync<CopyException>(async () => await CopyGraph.RunAsync(_source, target, root, Options));
        Assert.Equal(ErrorCode.ManifestBlobUnknown, Assert.IsType<RegistryException>(error.InnerException).Code);
        Assert.Equal(2, pushes);
    }

    [Fact]
    public async Task A_failure_names_its_side_and_node_and_stops_the_rest()
    {
        List<Descriptor> layers = [];
        for (var i = 0; i < 50; i++)
            layers.Add(await Graphs.BlobAsync(_source, $"layer {i}"));
        var root = await Graphs.ManifestAsync(_source, layers);
        var target = new WatchedStore { Slow = true, FailPush = node => node.Digest == layers[3].Digest ? new RegistryException(ErrorCode.Denied, "no") : null };

        var error = await Assert.ThrowsAsync<CopyException>(async () => await CopyGraph.RunAsync(_source, target, root, Options with { Concurrency = 2 }));

        Assert.Equal(CopySide.Destination, error.Side);
        Assert.Equal(layers[3].Digest, error.Node!.Digest);
        Assert.Equal(ErrorCode.Denied, Assert.IsType<RegistryException>(error.InnerException).Code);
        Assert.Equal(0, target.Active);
        Assert.InRange(target.Pushes.Count, 0, 49);
        Assert.Equal(layers[3].Digest, Assert.Single(_events, e => e.Stage == CopyStage.Failed).Node.Digest);
        Assert.False(await target.ExistsAsync(root));
    }

    [Fact]
    public async Task A_source_whose_bytes_are_wrong_is_told_as_the_source()
    {
        var layer = await Graphs.BlobAsync(_source, "right");
        var root = await Graphs.ManifestAsync(_source, [layer]);
        var source = new TamperingSource(_source, layer.Digest);
        var target = new WatchedStore();
        var error = await Assert.ThrowsAsync<CopyException>(async () => await CopyGraph.RunAsync(source, target, root, Options));
        Assert.Equal(CopySide.Source, error.Side);
        Assert.IsType<ContentMismatchException>(error.InnerException);
        Assert.False(await target.ExistsAsync(layer));
    }

    [Fact]
    public async Task A_manifest_whose_bytes_are_wrong_is_never_followed()
    {
        var root = await Graphs.ManifestAsync(_source, [await Graphs.BlobAsync(_source, "layer")]);
        var error = await Assert.ThrowsAsync<CopyException>(async () => await CopyGraph.RunAsync(new TamperingSource(_source, root.Digest), new WatchedStore(), root, Options));
        Assert.IsType<ContentMismatchException>(error.InnerException);
    }

    [Fact]
    public async Task A_copy_that_is_cancelled_ends_as_cancelled()
    {
        var root = await Graphs.ManifestAsync(_source, [await Graphs.BlobAsync(_source, "layer")]);
        using var stop = new CancellationTokenSource();
        var target = new WatchedStore
        {
            FailPush = _ =>
            {
                stop.Cancel();
                return new OperationCanceledException(stop.Token);
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await CopyGraph.RunAsync(_source, target, root, Options, stop.Token));
        Assert.Equal(0, target.Active);
    }

    [Fact]
    public async Task What_is_not_followed_is_skipped()
    {
        var wanted = await Graphs.BlobAsync(_source, "wanted");
        var unwanted = await Graphs.BlobAsync(_source, "unwanted");
        var root = await Graphs.ManifestAsync(_source, [wanted, unwanted]);
        var target = new MemoryStore();
        await CopyGraph.RunAsync(_source, target, root, Options with { Follow = (_, child) => child.Digest != unwanted.Digest });
        Assert.True(await target.ExistsAsync(wanted));
        Assert.False(await target.ExistsAsync(unwanted));
        Assert.Equal(unwanted.Digest, Assert.Single(_events, e => e.Stage == CopyStage.Skipped).Node.Digest);
    }

    [Fact]
    public async Task The_subject_comes_along_when_it_is_asked_for()
    {
        var subject = await Graphs.ManifestAsync(_source, [await Graphs.BlobAsync(_source, "subject")]);
        var referrer = await Graphs.ManifestAsync(_source, [await Graphs.BlobAsync(_source, "signature")], subject: subject);
        var without = new WatchedStore();
        await CopyGraph.RunAsync(_source, without, referrer, Options);
        Assert.False(await without.ExistsAsync(subject));
        var with = new WatchedStore();
        await CopyGraph.RunAsync(_source, with, referrer, Options with { IncludeSubject = true });
        Assert.True(await with.ExistsAsync(subject));
    }

    [Fact]
    public async Task One_platform_of_an_index_is_copied_alone()
    {
        var amd = await Graphs.ManifestAsync(_source, [await Graphs.BlobAsync(_source, "amd")], name: "amd");
        var arm = await Graphs.ManifestAsync(_source, [await Graphs.BlobAsync(_source, "arm")], name: "arm");
        var index = await Graphs.IndexAsync(_source,
            amd with { Platform = new Platform { Os = "linux", Architecture = "amd64" } },
            arm with { Platform = new Platform { Os = "linux", Architecture = "arm64", Variant = "v8" } });
        await _source.TagAsync(index, "v1");
        var target = new WatchedStore();

        var root = await CopyGraph.RunAsync(_source, "v1", target, ["arm"], Options with { Platform = new Platform { Os = "linux", Architecture = "arm64" } });

        Assert.Equal(arm.Digest, root.Digest);
        Assert.Equal(arm.Digest, (await target.ResolveAsync("arm"))!.Digest);
        Assert.False(await target.ExistsAsync(amd));
        await Assert.ThrowsAsync<ContentNotFoundException>(async () =>
            await CopyGraph.RunAsync(_source, "v1", target, [], Options with { Platform = new Platform { Os = "plan9", Architecture = "arm64" } }));
    }

    [Fact]
    public async Task A_single_manifest_tells_its_platform_in_its_config()
    {
        var config = await Graphs.BlobAsync(_source, """{"architecture":"amd64","os":"linux"}""", type: MediaTypes.ImageConfig);
        var image = await Graphs.ManifestAsync(_source, [], config);
        var artifact = await Graphs.ManifestAsync(_source, [], name: "artifact");
        var linux = new Platform { Os = "linux", Architecture = "amd64" };
        Assert.Equal(image, await _source.SelectPlatformAsync(image, linux, OciLimits.Default));
        await Assert.ThrowsAsync<ContentNotFoundException>(async () => await _source.SelectPlatformAsync(image, linux with { Architecture = "arm" }, OciLimits.Default));
        await Assert.ThrowsAsync<ContentNotFoundException>(async () => await _source.SelectPlatformAsync(artifact, linux, OciLimits.Default));
    }

    [Fact]
    public async Task An_artifact_that_is_not_there_is_not_found() =>
        await Assert.ThrowsAsync<ContentNotFoundException>(async () => await CopyGraph.RunAsync(_source, "absent", new MemoryStore(), ["v1"], Options));

    private sealed class TamperingSource(IContentSource inner, Digest victim) : IContentSource
    {
        public ValueTask<bool> ExistsAsync(Descriptor target, CancellationToken ct = default) => inner.ExistsAsync(target, ct);

        public async ValueTask<Stream> FetchAsync(Descriptor target, CancellationToken ct = default) => target.Digest != victim
            ? await inner.FetchAsync(target, ct)
            : new VerifyingStream(new MemoryStream(Encoding.ASCII.GetBytes(new string('?', (int)target.Size))), target);
    }
}
