using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    [Fact]
    public async Task A_manifest_is_garbage_while_it_has_no_tag_no_index_and_no_subject_that_is_there()
    {
        var tagged = await PushAsync(Samples, "tagged", Monday, "1");
        var plain = await PushAsync(Samples, "plain", Monday);
        var child = await PushAsync(Samples, "child", Monday);
        var index = await PushIndexAsync("index", [child], "2");
        var early = await PushReferrerAsync("early", Content("late subject").Descriptor.Digest);
        await PushReferrerAsync("signature", tagged);
        Assert.Equal([plain, early], await GarbageAsync());

        await PushAsync(Samples, "late subject", Monday, "3");
        Assert.Equal([plain], await GarbageAsync());
        await PushAsync(Samples, "plain", Monday, "4");
        Assert.Empty(await GarbageAsync());

        // A tag that moves, one that is deleted, an index that is deleted: each lets go of what it kept.
        await PushAsync(Samples, "other", Monday, "4");
        Assert.Equal([plain], await GarbageAsync());
        await Store.DeleteTagAsync(Samples, TagOf("1"), null, Monday, default);
        Assert.Equal([plain, tagged], await GarbageAsync());
        await Store.DeleteManifestAsync(Samples, index, withReferrers: false, default);
        Assert.Equal([plain, tagged, child], await GarbageAsync());
    }

    [Fact]
    public async Task Garbage_goes_from_the_top_and_what_it_alone_kept_follows_as_old_as_it_was()
    {
        var leaf = await PushAsync(Samples, "leaf", Monday);
        var shared = await PushAsync(Samples, "shared", Monday);
        var inner = await PushIndexAsync("inner", [leaf, shared]);
        var outer = await PushIndexAsync("outer", [inner], "latest");
        await PushIndexAsync("keeper", [shared], "kept");
        var signature = await PushReferrerAsync("signature", leaf);
        var tagged = await PushReferrerAsync("tagged signature", leaf);
        await PushAsync(Samples, "tagged signature", Monday, "sig");
        await Store.DeleteTagAsync(Samples, TagOf("latest"), null, Monday, default);
        await LetPassAsync(Short * 2);
        var lease = await TakeJobAsync("collect", "sweep", Long);

        var gone = new List<Digest>();
        while (await Store.ListManifestCandidatesAsync(Short, null, 10, default) is { Count: > 0 } candidates)
        {
            var deleted = await Store.DeleteManifestCandidatesAsync(lease, candidates, default);
            Assert.Equal(candidates, deleted);
            gone.AddRange(candidates.Select(candidate => candidate.Digest));
        }

        Assert.Equal([outer, inner, leaf, signature], gone);
        Assert.NotNull(await Store.FindManifestAsync(Samples, shared, default));
        Assert.NotNull(await Store.FindManifestAsync(Samples, tagged, default));
        Assert.Equal((3, 2), await CountsAsync());
    }

    [Fact]
    public async Task Garbage_that_is_locked_or_kept_meanwhile_stays()
    {
        var locked = await PushAsync(Samples, "locked", Monday);
        var kept = await PushAsync(Samples, "kept", Monday);
        await PushAsync(Samples, "garbage", Monday);
        await Store.UpdateManifestAsync(Samples, locked, Lock(delete: false), Monday, default);
        var candidates = await Store.ListManifestCandidatesAsync(TimeSpan.Zero, null, 10, default);
        Assert.Equal([true, false, false], candidates.Select(candidate => candidate.Locked));
        await PushAsync(Samples, "kept", Monday, "now");
        var lease = await TakeJobAsync("collect", "sweep", Long);

        var gone = await Store.DeleteManifestCandidatesAsync(lease, candidates, default);

        Assert.Equal([candidates[2]], gone);
        Assert.NotNull(await Store.FindManifestAsync(Samples, locked, default));
        Assert.NotNull(await Store.FindManifestAsync(Samples, kept, default));
        await Store.ReleaseJobAsync(lease, default);
        Assert.Null(await Store.DeleteManifestCandidatesAsync(lease, candidates, default));
    }

    [Fact]
    public async Task Garbage_of_a_sparse_index_is_kept_when_it_comes_after_it()
    {
        var late = Content("late child");
        var index = Content("sparse");
        await Store.CommitManifestAsync(Commit(Samples, index, Monday, "1") with { Children = [late.Descriptor.Digest] }, default);
        await PushAsync(Samples, "late child", Monday);
        Assert.Empty(await GarbageAsync());

        await PushAsync(Samples, "1", Monday, "1");
        await Store.DeleteManifestAsync(Samples, index.Descriptor.Digest, withReferrers: false, default);
        Assert.Equal([late.Descriptor.Digest], await GarbageAsync());
    }

    [Fact]
    public async Task A_manifest_that_is_pushed_again_or_asked_for_is_garbage_from_then_on_and_not_since_before()
    {
        var digest = await PushAsync(Samples, "same", Monday);
        var kept = await PushAsync(Samples, "kept", Monday, "1");
        var first = Assert.Single(await Store.ListManifestCandidatesAsync(TimeSpan.Zero, null, 10, default));
        await LetPassAsync(Short);
        await PushAsync(Samples, "same", Monday);
        await PushAsync(Samples, "kept", Monday);

        var second = Assert.Single(await Store.ListManifestCandidatesAsync(TimeSpan.Zero, null, 10, default));
        Assert.True(second.Since > first.Since);
        await LetPassAsync(Short);
        Assert.Equal(second.Since, (await Store.FindManifestAsync(Samples, digest, default))!.Candidate);
        Assert.True(await Store.RenewManifestAsync(Samples, digest, default) > second.Since);

        // A sweep that saw it before leaves it.
        var lease = await TakeJobAsync("collect", "sweep", Long);
        Assert.Empty((await Store.DeleteManifestCandidatesAsync(lease, [second], default))!);
        Assert.Equal(Content("same").Bytes.ToArray(), (await Store.FindManifestAsync(Samples, digest, default))!.Content.Bytes.ToArray());
        Assert.Null((await Store.FindManifestAsync(Samples, kept, default))!.Candidate);
        Assert.Null(await Store.RenewManifestAsync(Samples, kept, default));
        Assert.Null(await Store.RenewManifestAsync(Samples, Content("never").Descriptor.Digest, default));
    }

    [Fact]
    public async Task A_manifest_that_comes_while_a_blob_is_damaged_counts_it_where_it_does_not_demand_it()
    {
        var (blob, content) = (Blob("damaged"), Content("user"));
        await Store.LinkBlobAsync(Samples, blob.Digest, blob.Size, Monday, default);
        var lease = await TakeJobAsync("quarantine", "scrub", Long);
        Assert.NotNull(await Store.TakeDamagedAsync(lease, blob.Digest, Long, default));
        await Store.SettleDamageAsync(lease, blob.Digest, whole: false, default);

        Assert.Equal(CommitOutcome.Missing, (await Store.CommitManifestAsync(Commit(Samples, content, Monday) with { Blobs = [blob] }, default)).Outcome);
        Assert.Equal(CommitOutcome.Done, (await Store.CommitManifestAsync(Commit(Samples, content, Monday) with { Awaited = [blob.Digest] }, default)).Outcome);

        await Store.LinkBlobAsync(Samples, blob.Digest, blob.Size, After(1), default);
        Assert.Equal(CommitOutcome.InUse, await Store.UnlinkBlobAsync(Samples, blob.Digest, default));
        Assert.Empty(await Store.ListCandidatesAsync(TimeSpan.Zero, null, 10, default));
        Assert.Empty((await Store.CheckBlobsAsync(0, 10, repair: false, default)).Findings);
    }

    private async Task<IEnumerable<Digest>> GarbageAsync() =>
        (await Store.ListManifestCandidatesAsync(TimeSpan.Zero, null, 100, default)).Select(candidate => candidate.Digest);

    private async Task<Digest> PushIndexAsync(string seed, IReadOnlyList<Digest> children, params string[] tags)
    {
        var content = Content(seed);
        var result = await Store.CommitManifestAsync(Commit(Samples, content, Monday, tags) with { Children = children }, default);
        Assert.Equal(CommitOutcome.Done, result.Outcome);
        return content.Descriptor.Digest;
    }
}
