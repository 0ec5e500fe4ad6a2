using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    [Fact]
    public async Task Everything_that_was_answered_is_there_after_a_restart()
    {
        var blob = Blob("blob");
        await Store.LinkBlobAsync(Samples, blob.Digest, blob.Size, Monday, default);
        var content = Content("kept");
        await Store.CommitManifestAsync(Commit(Samples, content, Monday, "1.0") with { Blobs = [blob] }, default);
        await PushAsync(Samples, "deleted", Monday, "gone");
        await Store.DeleteTagAsync(Samples, TagOf("gone"), null, Monday, default);
        var record = await Store.FindRepositoryAsync(Samples, default);

        await ReopenAsync();

        Assert.Equal(record, await Store.FindRepositoryAsync(Samples, default));
        Assert.Equal(content.Bytes.ToArray(), (await Store.FindManifestAsync(Samples, TagOf("1.0"), default))!.Content.Bytes.ToArray());
        Assert.Equal(blob.Size, await Store.FindBlobAsync(Samples, blob.Digest, default));
        Assert.Null(await Store.FindTagAsync(Samples, TagOf("gone"), default));
        Assert.Equal(CommitOutcome.InUse, await Store.UnlinkBlobAsync(Samples, blob.Digest, default));
    }

    [Fact]
    public async Task Commits_of_one_tag_at_once_are_taken_one_after_the_other()
    {
        const int Count = 64;
        var epoch = await Store.ReadEpochAsync(Registry, default);

        await Task.WhenAll(Enumerable.Range(0, Count).Select(i => PushAsync(Samples, $"racer {i}", Monday, "latest")));

        // Whoever was first made the tag, every other one moved it.
        Assert.Equal((Count, 1), await CountsAsync());
        Assert.Equal(epoch + Count - 1, await Store.ReadEpochAsync(Registry, default));
        var tag = await Store.FindTagAsync(Samples, TagOf("latest"), default);
        Assert.Equal(["latest"], (await Store.FindManifestRecordAsync(Samples, tag!.Digest, default))!.Tags);
        var tagged = (await Store.ListManifestsAsync(Samples, First(), default)).Where(manifest => manifest.Tags.Count > 0);
        Assert.Single(tagged);
    }

    [Fact]
    public async Task The_same_manifest_committed_by_many_at_once_is_one()
    {
        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => PushAsync(Samples, "same", Monday, $"t{i}")));

        Assert.Equal((1, 32), await CountsAsync());
    }

    [Fact]
    public async Task A_read_sees_every_write_that_was_answered()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), async (i, ct) =>
        {
            var digest = await PushAsync(Repository($"r{i % 7}"), $"manifest {i}", Monday, $"tag{i}");
            Assert.Equal(digest, (await Store.FindTagAsync(Repository($"r{i % 7}"), TagOf($"tag{i}"), ct))!.Digest);
            Assert.Equal(CommitOutcome.Done, await Store.DeleteTagAsync(Repository($"r{i % 7}"), TagOf($"tag{i}"), null, Monday, ct));
            Assert.Null(await Store.FindTagAsync(Repository($"r{i % 7}"), TagOf($"tag{i}"), ct));
        });
    }

    [Fact]
    public async Task A_write_that_is_refused_or_fails_harms_none_beside_it()
    {
        var unknown = new RepositoryKey(new RegistryId(long.MaxValue), Samples.Name);
        var work = Enumerable.Range(0, 60).Select(i => Task.Run(async () =>
        {
            if (i % 3 == 0)
                await Assert.ThrowsAnyAsync<Exception>(async () => await Store.LinkBlobAsync(unknown, Blob("x").Digest, 1, Monday, default));
            else if (i % 3 == 1)
                Assert.Equal(CommitOutcome.Missing, (await Store.CommitManifestAsync(Commit(Samples, Content($"{i}"), Monday, "bad") with { Blobs = [Blob("absent")] }, default)).Outcome);
            else
                await PushAsync(Samples, $"{i}", Monday, $"good{i}");
        }));

        await Task.WhenAll(work);

        Assert.Equal((20, 20), await CountsAsync());
        Assert.Null(await Store.FindTagAsync(Samples, TagOf("bad"), default));
    }

    [Fact]
    public async Task A_caller_that_has_gone_before_its_turn_changes_nothing()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.CommitManifestAsync(Commit(Samples, Content("never"), Monday, "1"), source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.FindTagAsync(Samples, TagOf("1"), source.Token));

        Assert.Null(await Store.FindRepositoryAsync(Samples, default));
    }

    [Fact]
    public async Task A_store_that_was_closed_refuses()
    {
        await Store.DisposeAsync();
        await Store.DisposeAsync();

        await Assert.ThrowsAnyAsync<ObjectDisposedException>(() => PushAsync(Samples, "late", Monday));
        await Assert.ThrowsAnyAsync<ObjectDisposedException>(async () => await Store.FindRepositoryAsync(Samples, default));
    }

    [Fact]
    public async Task A_healthy_store_says_so_and_names_its_engine()
    {
        await Store.CheckAsync(default);

        Assert.Matches("[A-Za-z]+ [0-9]+\\.[0-9]+", Store.Engine);
    }
}
