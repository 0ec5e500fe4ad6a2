using Gantry.Protocol.Oci;

namespace Gantry.Server.Tests.Upkeep;

public class KeeperTests : UpkeepTest
{
    [Fact]
    public async Task A_blob_is_followed_up_to_the_tags_that_keep_it()
    {
        await using var room = await OpenAsync(TimeSpan.FromHours(1));
        var (one, two) = (room.Repository("samples/one"), room.Repository("samples/two"));
        var blob = await room.UploadAsync(one, "shared"u8.ToArray());
        await room.UploadAsync(two, "shared"u8.ToArray());
        await room.UploadAsync(room.Repository("samples/idle"), "shared"u8.ToArray());
        var image = await room.PushAsync(one, "image", [blob]);
        var index = await room.PushIndexAsync(one, "index", [image], "latest");
        await room.PushAsync(two, "lonely", [blob]);

        var why = await room.Keepers.FindAsync(blob.Digest, default);

        Assert.Equal(("kept", 6L, false, false), (why.State, why.Size, why.Held, why.More));
        Assert.Equal([$"manifest {image.Digest} of myregistry/samples/one", $"manifest {index.Digest} of myregistry/samples/one", "tag latest"], why.Chains[0]);
        Assert.EndsWith("\"collect --untagged\"", why.Chains[1][^1]);
        Assert.Equal(["myregistry/samples/idle"], why.Links);
        Assert.Equal([$"manifest {index.Digest} of myregistry/samples/one", "tag latest"], Assert.Single((await room.Keepers.FindAsync(index.Digest, default)).Chains));
    }

    [Fact]
    public async Task Indexes_that_share_what_they_name_are_climbed_once_each()
    {
        await using var room = await OpenAsync(TimeSpan.FromHours(1));
        var repository = room.Repository("samples/one");
        var blob = await room.UploadAsync(repository, "shared"u8.ToArray());
        // As many ways up as 4 to the power of 20: nobody may walk them all.
        IReadOnlyList<Descriptor> level = [await room.PushAsync(repository, "image", [blob])];
        for (var depth = 0; depth < 20; depth++)
            level = [.. await Task.WhenAll(Enumerable.Range(0, 4).Select(i => room.PushIndexAsync(repository, $"{depth}.{i}", level, i == 3 && depth == 5 ? "latest" : null)))];

        var why = await room.Keepers.FindAsync(blob.Digest, default);

        Assert.Equal("kept", why.State);
        Assert.True(why.More);
    }

    [Fact]
    public async Task Two_ways_up_to_one_index_are_both_told()
    {
        await using var room = await OpenAsync(TimeSpan.FromHours(1));
        var repository = room.Repository("samples/one");
        var blob = await room.UploadAsync(repository, "shared"u8.ToArray());
        var (first, second) = (await room.PushAsync(repository, "first", [blob]), await room.PushAsync(repository, "second", [blob]));
        await room.PushIndexAsync(repository, "index", [first, second], "latest");

        var chains = (await room.Keepers.FindAsync(blob.Digest, default)).Chains;

        Assert.Equal(["tag latest", "as above"], chains.Select(chain => chain[^1]));
        Assert.All(chains, chain => Assert.Equal(3, chain.Count));
    }

    [Fact]
    public async Task What_nothing_keeps_says_since_when_and_until_when()
    {
        await using var room = await OpenAsync(TimeSpan.FromHours(1));
        var blob = await room.UploadAsync(room.Repository("samples/one"), "idle"u8.ToArray());

        var why = await room.Keepers.FindAsync(blob.Digest, default);

        Assert.Equal("candidate", why.State);
        Assert.Equal(TimeSpan.FromHours(1), why.MayGoAt - why.Since);
        Assert.Equal("unknown", (await room.Keepers.FindAsync(Digest.Of("never"u8), default)).State);
    }

    [Fact]
    public async Task A_dry_run_tells_and_takes_nothing()
    {
        await using var room = await OpenAsync(TimeSpan.FromHours(1));
        var repository = room.Repository("samples/one");
        var blob = await room.UploadAsync(repository, "idle"u8.ToArray());
        await room.PushAsync(repository, "untagged", [await room.UploadAsync(repository, "used"u8.ToArray())]);

        var report = await room.Collector.CollectAsync(new() { DryRun = true, Untagged = true, Grace = 0 }, _ => { }, default);

        Assert.Equal((1, 4, 1), (report.Blobs, report.Bytes, report.Manifests));
        Assert.NotNull(await room.PullAsync(repository, blob.Digest));
        Assert.Equal(0, (await room.Collector.CollectAsync(new() { DryRun = true }, _ => { }, default)).Blobs);
    }
}
