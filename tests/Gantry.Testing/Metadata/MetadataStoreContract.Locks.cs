using Gantry.Protocol.Acr;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    /// <summary>Every combination of a delete and a write lock on repository, manifest and tag.</summary>
    public static TheoryData<bool, bool, bool, bool, bool, bool> EveryLock()
    {
        var data = new TheoryData<bool, bool, bool, bool, bool, bool>();
        for (var bits = 0; bits < 64; bits++)
            data.Add((bits & 1) == 0, (bits & 2) == 0, (bits & 4) == 0, (bits & 8) == 0, (bits & 16) == 0, (bits & 32) == 0);
        return data;
    }

    [Theory]
    [MemberData(nameof(EveryLock))]
    public async Task Locks_forbid_exactly_what_they_say(bool repositoryDelete, bool repositoryWrite, bool manifestDelete, bool manifestWrite, bool tagDelete, bool tagWrite)
    {
        var digest = await PushAsync(Samples, "locked", Monday, "locked");
        await PushAsync(Samples, "free", Monday, "free");
        await Store.UpdateManifestAsync(Samples, digest, Lock(manifestDelete, manifestWrite), Monday, default);
        await Store.UpdateTagAsync(Samples, TagOf("locked"), Lock(tagDelete, tagWrite), Monday, default);
        await Store.UpdateRepositoryAsync(Samples, Lock(repositoryDelete, repositoryWrite), Monday, default);

        // Refusals first: what is forbidden changes nothing, so they may be tried one after the other.
        var manifestGoes = repositoryWrite && manifestDelete && manifestWrite && tagDelete && tagWrite;
        var tagGoes = repositoryWrite && tagDelete && tagWrite;
        var allGoes = manifestGoes && repositoryDelete;
        if (!allGoes)
            Assert.Equal(CommitOutcome.Locked, (await Store.DeleteRepositoryAsync(Samples, default)).Outcome);
        if (!manifestGoes)
            Assert.Equal(CommitOutcome.Locked, (await Store.DeleteManifestAsync(Samples, digest, withReferrers: true, default)).Outcome);
        if (!tagGoes)
            Assert.Equal(CommitOutcome.Locked, await Store.DeleteTagAsync(Samples, TagOf("locked"), null, Monday, default));
        Assert.Equal(digest, (await Store.FindTagAsync(Samples, TagOf("locked"), default))!.Digest);
        Assert.Equal((2, 2), await CountsAsync());

        // A new manifest, an old one again, a tag moved away.
        await ExpectCommitAsync(repositoryWrite, Commit(Samples, Content("new"), Monday, "new"));
        await ExpectCommitAsync(repositoryWrite && manifestWrite, Commit(Samples, Content("locked"), Monday));
        await ExpectCommitAsync(repositoryWrite && tagWrite, Commit(Samples, Content("locked"), Monday, "locked"));
        await ExpectCommitAsync(repositoryWrite && tagWrite, Commit(Samples, Content("moved"), Monday, "locked"));
        await ExpectCommitAsync(repositoryWrite && tagWrite, Commit(Samples, Content("moved twice"), Monday, "fresh", "locked"));
        Assert.Equal(repositoryWrite && tagWrite, await Store.FindTagAsync(Samples, TagOf("fresh"), default) is not null);
        Assert.Equal(repositoryWrite ? CommitOutcome.Done : CommitOutcome.Locked, await Store.LinkBlobAsync(Samples, Blob("a").Digest, 1, Monday, default));

        // What is allowed is done.
        if (tagGoes)
            Assert.Equal(CommitOutcome.Done, await Store.DeleteTagAsync(Samples, TagOf("locked"), null, Monday, default));
        if (manifestGoes)
            Assert.Equal(CommitOutcome.Done, (await Store.DeleteManifestAsync(Samples, digest, withReferrers: true, default)).Outcome);
        if (allGoes)
            Assert.Equal(CommitOutcome.Done, (await Store.DeleteRepositoryAsync(Samples, default)).Outcome);
    }

    private async Task ExpectCommitAsync(bool allowed, ManifestCommit commit) =>
        Assert.Equal(allowed ? CommitOutcome.Done : CommitOutcome.Locked, (await Store.CommitManifestAsync(commit, default)).Outcome);

    [Fact]
    public async Task A_free_repository_with_one_locked_tag_or_manifest_is_not_deleted()
    {
        var digest = await PushAsync(Samples, "one", Monday, "1");
        await Store.UpdateTagAsync(Samples, TagOf("1"), Lock(delete: false), Monday, default);
        Assert.Equal(CommitOutcome.Locked, (await Store.DeleteRepositoryAsync(Samples, default)).Outcome);

        await Store.UpdateTagAsync(Samples, TagOf("1"), Lock(delete: true), Monday, default);
        await Store.UpdateManifestAsync(Samples, digest, Lock(write: false), Monday, default);
        Assert.Equal(CommitOutcome.Locked, (await Store.DeleteRepositoryAsync(Samples, default)).Outcome);

        await Store.UpdateManifestAsync(Samples, digest, Lock(write: true), Monday, default);
        Assert.Equal(CommitOutcome.Done, (await Store.DeleteRepositoryAsync(Samples, default)).Outcome);
    }

    [Fact]
    public async Task A_delete_lock_on_the_repository_does_not_protect_what_is_in_it()
    {
        var digest = await PushAsync(Samples, "one", Monday, "1");
        await Store.UpdateRepositoryAsync(Samples, Lock(delete: false), Monday, default);

        Assert.Equal(CommitOutcome.Done, (await Store.DeleteManifestAsync(Samples, digest, withReferrers: true, default)).Outcome);
    }

    [Fact]
    public async Task A_locked_referrer_or_its_locked_tag_keeps_the_subject()
    {
        var subject = await PushAsync(Samples, "subject", Monday);
        var signature = Content("signature");
        await Store.CommitManifestAsync(Commit(Samples, signature, Monday, "sig") with { Subject = subject }, default);

        await Store.UpdateManifestAsync(Samples, signature.Descriptor.Digest, Lock(delete: false), Monday, default);
        Assert.Equal(CommitOutcome.Locked, (await Store.DeleteManifestAsync(Samples, subject, withReferrers: true, default)).Outcome);
        await Store.UpdateManifestAsync(Samples, signature.Descriptor.Digest, Lock(delete: true), Monday, default);
        await Store.UpdateTagAsync(Samples, TagOf("sig"), Lock(write: false), Monday, default);
        Assert.Equal(CommitOutcome.Locked, (await Store.DeleteManifestAsync(Samples, subject, withReferrers: true, default)).Outcome);
        Assert.Equal((2, 1), await CountsAsync());

        Assert.Equal(CommitOutcome.Done, (await Store.DeleteManifestAsync(Samples, subject, withReferrers: false, default)).Outcome);
    }

    [Fact]
    public async Task A_read_lock_on_repository_manifest_or_the_tag_asked_for_forbids_pulling()
    {
        var digest = await PushAsync(Samples, "one", Monday, "closed", "open");
        await Store.UpdateTagAsync(Samples, TagOf("closed"), Lock(read: false), Monday, default);
        Assert.False((await Store.FindManifestAsync(Samples, TagOf("closed"), default))!.ReadEnabled);
        Assert.True((await Store.FindManifestAsync(Samples, TagOf("open"), default))!.ReadEnabled);
        Assert.True((await Store.FindManifestAsync(Samples, digest, default))!.ReadEnabled);

        await Store.UpdateManifestAsync(Samples, digest, Lock(read: false), Monday, default);
        Assert.False((await Store.FindManifestAsync(Samples, TagOf("open"), default))!.ReadEnabled);
        Assert.False((await Store.FindManifestAsync(Samples, digest, default))!.ReadEnabled);

        await Store.UpdateManifestAsync(Samples, digest, Lock(read: true), Monday, default);
        await Store.UpdateRepositoryAsync(Samples, Lock(read: false), Monday, default);
        Assert.False((await Store.FindManifestAsync(Samples, digest, default))!.ReadEnabled);
    }

    [Fact]
    public async Task A_list_lock_hides_from_lists_alone()
    {
        var digest = await PushAsync(Samples, "one", Monday, "hidden", "shown");
        var other = await PushAsync(Samples, "two", Monday);
        await Store.UpdateTagAsync(Samples, TagOf("hidden"), Lock(list: false), Monday, default);
        await Store.UpdateManifestAsync(Samples, other, Lock(list: false), Monday, default);

        foreach (var order in Enum.GetValues<ListOrder>())
        {
            Assert.Equal(["shown"], (await Store.ListTagsAsync(Samples, null, First(9, order), default)).Select(found => found.Tag.ToString()));
            Assert.Equal([digest], (await Store.ListManifestsAsync(Samples, First(9, order), default)).Select(found => found.Descriptor.Digest));
        }
        Assert.NotNull(await Store.FindTagAsync(Samples, TagOf("hidden"), default));
        Assert.NotNull(await Store.FindManifestRecordAsync(Samples, other, default));

        // A script that purges what has no tags must still see that this one has.
        Assert.Equal(["hidden", "shown"], (await Store.ListManifestsAsync(Samples, First(), default))[0].Tags);

        await Store.UpdateRepositoryAsync(Samples, Lock(list: false), Monday, default);
        foreach (var order in Enum.GetValues<ListOrder>())
            Assert.Empty(await Store.ListRepositoriesAsync(Registry, First(9, order), default));
        Assert.NotNull(await Store.FindRepositoryAsync(Samples, default));
    }

    [Fact]
    public async Task A_change_of_locks_leaves_what_it_does_not_name_is_answered_whole_and_raises_the_epoch()
    {
        var digest = await PushAsync(Samples, "one", Monday, "1");
        var epoch = await Store.ReadEpochAsync(Registry, default);

        await Store.UpdateTagAsync(Samples, TagOf("1"), Lock(write: false), After(1), default);
        var tag = await Store.UpdateTagAsync(Samples, TagOf("1"), Lock(read: false), After(2), default);
        var manifest = await Store.UpdateManifestAsync(Samples, digest, Lock(list: false, delete: false), After(3), default);
        var repository = await Store.UpdateRepositoryAsync(Samples, Lock(delete: false), After(4), default);

        Assert.Equal(new ChangeableAttributes { WriteEnabled = false, ReadEnabled = false }, tag!.Attributes);
        Assert.Equal((Monday, After(2)), (tag.Created, tag.Updated));
        Assert.Equal(new ChangeableAttributes { ListEnabled = false, DeleteEnabled = false }, manifest!.Attributes);
        Assert.Equal(["1"], manifest.Tags);
        Assert.Equal(After(3), manifest.Updated);
        Assert.Equal(new ChangeableAttributes { DeleteEnabled = false }, repository!.Attributes);
        Assert.Equal(After(4), repository.Updated);
        Assert.Equal(epoch + 4, await Store.ReadEpochAsync(Registry, default));
        await ReopenAsync();
        Assert.Equal(tag, await Store.FindTagAsync(Samples, TagOf("1"), default));

        Assert.Null(await Store.UpdateTagAsync(Samples, TagOf("none"), Lock(read: false), Monday, default));
        Assert.Null(await Store.UpdateManifestAsync(Samples, Digest.Of("none"u8), Lock(read: false), Monday, default));
        Assert.Null(await Store.UpdateRepositoryAsync(Repository("samples/none"), Lock(read: false), Monday, default));
    }
}
