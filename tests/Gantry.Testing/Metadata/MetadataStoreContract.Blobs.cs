using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    [Fact]
    public async Task A_blob_is_known_to_the_repositories_that_were_given_it_alone()
    {
        var (blob, other) = (Blob("content"), Repository("samples/other"));
        Assert.Equal(CommitOutcome.Done, await Store.LinkBlobAsync(Samples, blob.Digest, blob.Size, Monday, default));
        Assert.Equal(CommitOutcome.Done, await Store.LinkBlobAsync(Samples, blob.Digest, blob.Size, After(1), default));

        Assert.Equal(blob.Size, await Store.FindBlobAsync(Samples, blob.Digest, default));
        Assert.Null(await Store.FindBlobAsync(other, blob.Digest, default));
        Assert.Null(await Store.FindBlobAsync(Samples, Digest.Of(DigestAlgorithm.Sha512, "content"u8), default));

        Assert.Equal(CommitOutcome.Missing, await Store.MountBlobAsync(other, Repository("samples/third").Name, blob.Digest, Monday, default));
        Assert.Equal(CommitOutcome.Done, await Store.MountBlobAsync(other, Samples.Name, blob.Digest, Monday, default));
        Assert.Equal(blob.Size, await Store.FindBlobAsync(other, blob.Digest, default));
    }

    [Fact]
    public async Task A_write_locked_repository_takes_and_gives_up_no_blob()
    {
        var (blob, other) = (Blob("content"), Repository("samples/other"));
        await Store.LinkBlobAsync(other, blob.Digest, blob.Size, Monday, default);
        await Store.LinkBlobAsync(Samples, Blob("held").Digest, 4, Monday, default);
        await PushAsync(Samples, "one", Monday);
        await Store.UpdateRepositoryAsync(Samples, Lock(write: false), Monday, default);

        Assert.Equal(CommitOutcome.Locked, await Store.MountBlobAsync(Samples, other.Name, blob.Digest, Monday, default));
        Assert.Equal(CommitOutcome.Locked, await Store.UnlinkBlobAsync(Samples, Blob("held").Digest, default));
        Assert.Null(await Store.FindBlobAsync(Samples, blob.Digest, default));
        Assert.NotNull(await Store.FindBlobAsync(Samples, Blob("held").Digest, default));
    }

    [Fact]
    public async Task A_blob_is_taken_away_only_while_no_manifest_of_the_repository_names_it()
    {
        var (blob, other) = (Blob("content"), Repository("samples/other"));
        await Store.LinkBlobAsync(Samples, blob.Digest, blob.Size, Monday, default);
        await Store.LinkBlobAsync(other, blob.Digest, blob.Size, Monday, default);
        var content = Content("user");
        await Store.CommitManifestAsync(Commit(Samples, content, Monday) with { Blobs = [blob] }, default);

        Assert.Equal(CommitOutcome.InUse, await Store.UnlinkBlobAsync(Samples, blob.Digest, default));
        Assert.Equal(CommitOutcome.Done, await Store.UnlinkBlobAsync(other, blob.Digest, default));
        Assert.Equal(CommitOutcome.Missing, await Store.UnlinkBlobAsync(other, blob.Digest, default));
        Assert.NotNull(await Store.FindBlobAsync(Samples, blob.Digest, default));

        // The blob stays pullable when its manifest goes.
        await Store.DeleteManifestAsync(Samples, content.Descriptor.Digest, withReferrers: false, default);
        Assert.NotNull(await Store.FindBlobAsync(Samples, blob.Digest, default));
        var epoch = await Store.ReadEpochAsync(Registry, default);
        Assert.Equal(CommitOutcome.Done, await Store.UnlinkBlobAsync(Samples, blob.Digest, default));
        Assert.Null(await Store.FindBlobAsync(Samples, blob.Digest, default));
        Assert.True(await Store.ReadEpochAsync(Registry, default) > epoch);
    }

    [Fact]
    public async Task A_blob_that_comes_after_its_manifest_is_in_use_as_if_it_had_come_before()
    {
        var (blob, other) = (Blob("late"), Repository("samples/other"));
        var (first, second) = (Content("first"), Content("second"));
        foreach (var content in (ManifestContent[])[first, second])
            Assert.Equal(CommitOutcome.Done, (await Store.CommitManifestAsync(Commit(Samples, content, Monday) with { Awaited = [blob.Digest] }, default)).Outcome);
        await Store.CommitManifestAsync(Commit(other, first, Monday), default);

        // Where no manifest waits for it, it comes and goes.
        await Store.LinkBlobAsync(other, blob.Digest, blob.Size, Monday, default);
        Assert.Equal(CommitOutcome.Done, await Store.UnlinkBlobAsync(other, blob.Digest, default));

        Assert.Equal(CommitOutcome.Done, await Store.LinkBlobAsync(Samples, blob.Digest, blob.Size, After(1), default));
        Assert.Equal(CommitOutcome.Done, await Store.LinkBlobAsync(Samples, blob.Digest, blob.Size, After(2), default));
        Assert.Equal(CommitOutcome.InUse, await Store.UnlinkBlobAsync(Samples, blob.Digest, default));
        await Store.DeleteManifestAsync(Samples, first.Descriptor.Digest, withReferrers: false, default);
        Assert.Equal(CommitOutcome.InUse, await Store.UnlinkBlobAsync(Samples, blob.Digest, default));
        await Store.DeleteManifestAsync(Samples, second.Descriptor.Digest, withReferrers: false, default);
        Assert.Equal(CommitOutcome.Done, await Store.UnlinkBlobAsync(Samples, blob.Digest, default));
    }

    [Fact]
    public async Task A_blob_that_comes_while_its_manifest_is_judged_is_in_use_and_one_whose_manifest_went_is_not()
    {
        var (early, late) = (Blob("early"), Blob("late"));
        await Store.LinkBlobAsync(Samples, early.Digest, early.Size, Monday, default);
        var content = Content("user");
        await Store.CommitManifestAsync(Commit(Samples, content, Monday) with { Awaited = [early.Digest, late.Digest] }, default);
        Assert.Equal(CommitOutcome.InUse, await Store.UnlinkBlobAsync(Samples, early.Digest, default));

        await Store.DeleteManifestAsync(Samples, content.Descriptor.Digest, withReferrers: false, default);
        await Store.LinkBlobAsync(Samples, late.Digest, late.Size, After(1), default);
        Assert.Equal(CommitOutcome.Done, await Store.UnlinkBlobAsync(Samples, late.Digest, default));
        Assert.Equal(CommitOutcome.Done, await Store.UnlinkBlobAsync(Samples, early.Digest, default));
    }

    [Fact]
    public async Task Repositories_with_a_blob_are_listed_in_order_within_the_registry()
    {
        var blob = Blob("everywhere");
        var names = Enumerable.Range(0, 600).Select(i => $"samples/r{i:d4}").ToList();
        await Task.WhenAll(names.Select(async name => await Store.LinkBlobAsync(Repository(name), blob.Digest, blob.Size, Monday, default)));
        var other = await Store.EnsureRegistryAsync("contoso", Monday, default);
        await Store.LinkBlobAsync(new RepositoryKey(other.Id, Samples.Name), blob.Digest, blob.Size, Monday, default);

        var found = new List<string>();
        await foreach (var name in Store.ListRepositoriesWithBlobAsync(Registry, blob.Digest, default))
            found.Add(name.ToString());

        Assert.Equal(names, found);
    }

    [Fact]
    public async Task Upload_sessions_are_found_listed_by_age_and_forgotten()
    {
        var uploads = Enumerable.Range(0, 5).Select(i => new UploadRecord
        {
            Id = Guid.NewGuid(),
            Repository = Samples,
            Owner = $"owner {i}",
            Token = Guid.NewGuid().ToString("N"),
            Algorithm = i % 2 == 0 ? DigestAlgorithm.Sha256 : DigestAlgorithm.Sha512,
            Created = After(i),
        }).ToList();
        foreach (var upload in uploads)
            Assert.Equal(CommitOutcome.Done, await Store.AddUploadAsync(upload, 1, default));

        await ReopenAsync();
        Assert.Equal(uploads[3], await Store.FindUploadAsync(uploads[3].Id, default));
        Assert.Null(await Store.FindUploadAsync(Guid.NewGuid(), default));
        Assert.Equal(uploads[..3], await Store.ListUploadsAsync(After(3), null, 10, default));
        Assert.Equal(uploads[..2], await Store.ListUploadsAsync(After(3), null, 2, default));
        Assert.Equal(uploads[2..3], await Store.ListUploadsAsync(After(3), uploads[1], 2, default));

        await Store.RemoveUploadAsync(uploads[0].Id, default);
        await Store.RemoveUploadAsync(uploads[0].Id, default);
        Assert.Null(await Store.FindUploadAsync(uploads[0].Id, default));
    }

    [Fact]
    public async Task An_owner_has_no_more_upload_sessions_open_than_allowed_however_many_come_at_once()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.AddUploadAsync(UploadOf("one"), 3, default).AsTask()));
        Assert.Equal(3, outcomes.Count(outcome => outcome is CommitOutcome.Done));
        Assert.All(outcomes, outcome => Assert.True(outcome is CommitOutcome.Done or CommitOutcome.InUse));
        Assert.Equal(CommitOutcome.Done, await Store.AddUploadAsync(UploadOf("two"), 3, default));

        await Store.RemoveUploadAsync((await Store.ListUploadsAsync(After(1), null, 1, default))[0].Id, default);
        Assert.Equal(CommitOutcome.Done, await Store.AddUploadAsync(UploadOf("one"), 4, default));

        UploadRecord UploadOf(string owner) => new()
        {
            Id = Guid.NewGuid(),
            Repository = Samples,
            Owner = owner,
            Token = Guid.NewGuid().ToString("N"),
            Algorithm = DigestAlgorithm.Sha256,
            Created = Monday,
        };
    }
}
