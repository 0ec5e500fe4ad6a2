using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    [Fact]
    public async Task A_manifest_is_served_with_the_bytes_and_the_media_type_it_came_with()
    {
        var content = ManifestContent.Of(MediaTypes.DockerManifest, "{ \"odd\" :  1 }"u8.ToArray());
        await Store.CommitManifestAsync(Commit(Samples, content, Monday, "1.0"), default);

        foreach (var found in new[] { await Store.FindManifestAsync(Samples, content.Descriptor.Digest, default), await Store.FindManifestAsync(Samples, TagOf("1.0"), default) })
        {
            Assert.Equal(content.Bytes.ToArray(), found!.Content.Bytes.ToArray());
            Assert.True(content.Descriptor.IsSameContent(found.Content.Descriptor));
            Assert.True(found.ReadEnabled);
        }
    }

    [Fact]
    public async Task A_manifest_of_another_repository_or_registry_is_not_found()
    {
        var digest = await PushAsync(Samples, "a", Monday, "1.0");
        var other = (await Store.EnsureRegistryAsync("otherregistry", Monday, default)).Id;

        Assert.Null(await Store.FindManifestAsync(Repository("samples/other"), digest, default));
        Assert.Null(await Store.FindManifestAsync(Samples with { Registry = other }, digest, default));
        Assert.Null(await Store.FindManifestAsync(Samples with { Registry = other }, TagOf("1.0"), default));
        Assert.Null(await Store.FindManifestAsync(Samples, Digest.Of("absent"u8), default));
        Assert.Null(await Store.FindManifestRecordAsync(Samples, Digest.Of("absent"u8), default));
    }

    [Fact]
    public async Task What_is_known_of_a_manifest_is_kept()
    {
        var content = Content("facts");
        var subject = Digest.Of(DigestAlgorithm.Sha512, "subject"u8);
        await Store.CommitManifestAsync(
            Commit(Samples, content, Monday, "b", "a") with
            {
                Subject = subject, ArtifactType = MediaTypes.UnknownArtifact, ConfigMediaType = MediaTypes.ImageConfig, Architecture = "amd64", Os = "linux", ImageSize = 1234,
            }, default);

        var record = await Store.FindManifestRecordAsync(Samples, content.Descriptor.Digest, default);

        Assert.NotNull(record);
        Assert.True(content.Descriptor.IsSameContent(record.Descriptor));
        Assert.Equal((Monday, Monday), (record.Created, record.Updated));
        Assert.Equal(Monday.UtcTicks, record.Created.UtcTicks);
        Assert.Equal((MediaTypes.UnknownArtifact, MediaTypes.ImageConfig), (record.ArtifactType, record.ConfigMediaType));
        Assert.Equal(("amd64", "linux", 1234), (record.Architecture, record.Os, record.ImageSize));
        Assert.Equal(subject, record.Subject);
        Assert.Equal(["a", "b"], record.Tags);
        Assert.Equal(new Protocol.Acr.ChangeableAttributes(), record.Attributes);
    }

    [Fact]
    public async Task The_same_manifest_pushed_again_by_digest_changes_nothing()
    {
        var digest = await PushAsync(Samples, "a", Monday, "1.0");
        var before = await Store.FindManifestRecordAsync(Samples, digest, default);
        var repository = await Store.FindRepositoryAsync(Samples, default);
        var epoch = await Store.ReadEpochAsync(Registry, default);

        await PushAsync(Samples, "a", After(5));

        var after = await Store.FindManifestRecordAsync(Samples, digest, default);
        Assert.Equal((before!.Created, before.Updated), (after!.Created, after.Updated));
        Assert.Equal(repository, await Store.FindRepositoryAsync(Samples, default));
        Assert.Equal(epoch, await Store.ReadEpochAsync(Registry, default));
    }

    [Fact]
    public async Task A_manifest_is_refused_while_a_blob_or_a_child_is_missing_and_nothing_is_stored()
    {
        var (here, away) = (Blob("here"), Blob("away"));
        var child = Content("child").Descriptor;
        await Store.LinkBlobAsync(Samples, here.Digest, here.Size, Monday, default);
        await Store.LinkBlobAsync(Repository("samples/other"), away.Digest, away.Size, Monday, default);
        var commit = Commit(Samples, Content("parent"), Monday, "1.0") with { Blobs = [here, away], Manifests = [child] };

        var refused = await Store.CommitManifestAsync(commit, default);

        Assert.Equal(CommitOutcome.Missing, refused.Outcome);
        Assert.Equal([away.Digest, child.Digest], refused.Missing.Select(missing => missing.Digest));
        Assert.Null(await Store.FindManifestAsync(Samples, commit.Content.Descriptor.Digest, default));
        Assert.Null(await Store.FindTagAsync(Samples, TagOf("1.0"), default));
        Assert.Null(await Store.FindRepositoryAsync(Samples, default));

        await Store.LinkBlobAsync(Samples, away.Digest, away.Size, Monday, default);
        await PushAsync(Samples, "child", Monday);
        Assert.Equal(CommitOutcome.Done, (await Store.CommitManifestAsync(commit, default)).Outcome);
    }

    [Fact]
    public async Task A_blob_named_twice_in_a_manifest_is_one_use()
    {
        var blob = Blob("twice");
        await Store.LinkBlobAsync(Samples, blob.Digest, blob.Size, Monday, default);

        var result = await Store.CommitManifestAsync(Commit(Samples, Content("twins"), Monday) with { Blobs = [blob, blob] }, default);

        Assert.Equal(CommitOutcome.Done, result.Outcome);
    }

    [Fact]
    public async Task Deleting_a_manifest_takes_all_its_tags_and_no_others()
    {
        var doomed = await PushAsync(Samples, "doomed", Monday, "2", "1");
        var kept = await PushAsync(Samples, "kept", Monday, "3");
        var epoch = await Store.ReadEpochAsync(Registry, default);

        var deletion = await Store.DeleteManifestAsync(Samples, doomed, withReferrers: true, default);

        Assert.Equal(CommitOutcome.Done, deletion.Outcome);
        Assert.Equal([doomed], deletion.Manifests);
        Assert.Equal([TagOf("1"), TagOf("2")], deletion.Tags);
        Assert.Null(await Store.FindManifestAsync(Samples, doomed, default));
        Assert.Null(await Store.FindManifestAsync(Samples, TagOf("1"), default));
        Assert.NotNull(await Store.FindManifestAsync(Samples, TagOf("3"), default));
        Assert.True(await Store.ReadEpochAsync(Registry, default) > epoch);
        Assert.Equal((1, 1), await CountsAsync());
        Assert.Equal(CommitOutcome.Missing, (await Store.DeleteManifestAsync(Samples, doomed, withReferrers: true, default)).Outcome);
        Assert.NotNull(await Store.FindManifestAsync(Samples, kept, default));
    }

    [Fact]
    public async Task Deleting_a_subject_takes_its_referrers_and_theirs_when_asked()
    {
        var subject = await PushAsync(Samples, "subject", Monday, "1");
        var signature = await PushReferrerAsync("signature", subject);
        var ofSignature = await PushReferrerAsync("countersignature", signature);
        var stranger = await PushReferrerAsync("stranger", Digest.Of("elsewhere"u8));

        var deletion = await Store.DeleteManifestAsync(Samples, subject, withReferrers: true, default);

        Assert.Equal(new[] { subject, signature, ofSignature }.OrderBy(digest => digest.ToString(), StringComparer.Ordinal), deletion.Manifests);
        Assert.NotNull(await Store.FindManifestAsync(Samples, stranger, default));
        Assert.Equal((1, 0), await CountsAsync());
    }

    [Fact]
    public async Task Deleting_a_subject_alone_leaves_its_referrers()
    {
        var subject = await PushAsync(Samples, "subject", Monday);
        var signature = await PushReferrerAsync("signature", subject);

        Assert.Equal([subject], (await Store.DeleteManifestAsync(Samples, subject, withReferrers: false, default)).Manifests);
        Assert.Equal([signature], (await Store.ListReferrersAsync(Samples, subject, null, First(), long.MaxValue, default)).Select(found => found.Descriptor.Digest));
    }

    [Fact]
    public async Task Children_of_a_deleted_index_stay()
    {
        var child = await PushAsync(Samples, "child", Monday);
        var index = Content("index");
        await Store.CommitManifestAsync(Commit(Samples, index, Monday) with { Manifests = [Content("child").Descriptor] }, default);

        Assert.Equal([index.Descriptor.Digest], (await Store.DeleteManifestAsync(Samples, index.Descriptor.Digest, withReferrers: true, default)).Manifests);
        Assert.NotNull(await Store.FindManifestAsync(Samples, child, default));
    }

    [Fact]
    public async Task Referrers_come_in_the_order_of_their_digests_page_by_page_and_by_type()
    {
        var subject = Digest.Of("a subject that was never pushed"u8);
        var (signature, report) = (MediaType.Parse("application/vnd.example.signature"), MediaType.Parse("application/vnd.example.report"));
        var all = new List<Digest>();
        for (var i = 0; i < 7; i++)
            all.Add(await PushReferrerAsync($"referrer {i}", subject, i % 2 == 0 ? signature : report));
        var byConfig = Content("typed by its config");
        await Store.CommitManifestAsync(Commit(Samples, byConfig, Monday) with { Subject = subject, ConfigMediaType = report }, default);
        all.Add(byConfig.Descriptor.Digest);

        var (seen, last) = (new List<Digest>(), (string?)null);
        while (await Store.ListReferrersAsync(Samples, subject, null, new ListPage(last, 3), long.MaxValue, default) is { Count: > 0 } page)
        {
            seen.AddRange(page.Select(found => found.Descriptor.Digest));
            last = seen[^1].ToString();
        }

        Assert.Equal(all.OrderBy(digest => digest.ToString(), StringComparer.Ordinal), seen);
        Assert.Equal(4, (await Store.ListReferrersAsync(Samples, subject, signature, First(), long.MaxValue, default)).Count);
        Assert.Equal(4, (await Store.ListReferrersAsync(Samples, subject, report, First(), long.MaxValue, default)).Count);
        Assert.Empty(await Store.ListReferrersAsync(Samples, subject, MediaTypes.Empty, First(), long.MaxValue, default));
        var first = (await Store.ListReferrersAsync(Samples, subject, report, First(1), long.MaxValue, default))[0];
        Assert.True(first.Descriptor.Digest.Matches(first.Bytes.Span));
    }

    [Fact]
    public async Task Referrers_are_read_up_to_their_bytes_and_without_those_that_are_locked()
    {
        var subject = await PushAsync(Samples, "subject", Monday);
        var digests = new List<Digest>();
        for (var i = 0; i < 5; i++)
            digests.Add(await PushReferrerAsync($"{i}", subject));
        digests.Sort((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()));
        var size = Content("0").Bytes.Length;

        Assert.Equal(digests[..3], await DigestsAsync(size * 2));
        Assert.Equal(digests[..1], await DigestsAsync(-1));
        await Store.UpdateManifestAsync(Samples, digests[0], Lock(read: false), Monday, default);
        await Store.UpdateManifestAsync(Samples, digests[1], Lock(list: false), Monday, default);
        await Store.UpdateManifestAsync(Samples, digests[2], Lock(delete: false, write: false), Monday, default);
        Assert.Equal(digests[2..], await DigestsAsync(long.MaxValue));

        async Task<IEnumerable<Digest>> DigestsAsync(long bytes) =>
            (await Store.ListReferrersAsync(Samples, subject, null, First(), bytes, default)).Select(found => found.Descriptor.Digest);
    }

    [Fact]
    public async Task Manifests_are_listed_by_digest_or_time_with_their_tags()
    {
        var old = await PushAsync(Samples, "old", After(1), "x", "m");
        var middle = await PushAsync(Samples, "middle", After(2));
        var young = await PushAsync(Samples, "young", After(3), "a");

        var byName = await Store.ListManifestsAsync(Samples, First(), default);
        Assert.Equal(new[] { old, middle, young }.OrderBy(digest => digest.ToString(), StringComparer.Ordinal), byName.Select(found => found.Descriptor.Digest));
        var ascending = await Store.ListManifestsAsync(Samples, First(2, ListOrder.TimeAscending), default);
        Assert.Equal([old, middle], ascending.Select(found => found.Descriptor.Digest));
        Assert.Equal(["m", "x"], ascending[0].Tags);
        Assert.Empty(ascending[1].Tags);
        var next = await Store.ListManifestsAsync(Samples, new ListPage(middle.ToString(), 2, ListOrder.TimeAscending), default);
        Assert.Equal([young], next.Select(found => found.Descriptor.Digest));
        var descending = await Store.ListManifestsAsync(Samples, First(100, ListOrder.TimeDescending), default);
        Assert.Equal([young, middle, old], descending.Select(found => found.Descriptor.Digest));
        Assert.Empty(await Store.ListManifestsAsync(Repository("samples/none"), First(), default));
    }

    [Fact]
    public async Task A_manifest_page_goes_on_after_a_digest_that_vanished()
    {
        var digests = new List<Digest>();
        for (var i = 0; i < 6; i++)
            digests.Add(await PushAsync(Samples, $"manifest {i}", Monday));
        digests.Sort((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()));
        await Store.DeleteManifestAsync(Samples, digests[2], withReferrers: false, default);

        var page = await Store.ListManifestsAsync(Samples, new ListPage(digests[2].ToString(), 100), default);

        Assert.Equal(digests[3..], page.Select(found => found.Descriptor.Digest));
    }

    private async Task<(long Manifests, long Tags)> CountsAsync()
    {
        var record = await Store.FindRepositoryAsync(Samples, default);
        return (record!.ManifestCount, record.TagCount);
    }
}
