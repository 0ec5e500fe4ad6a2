using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    [Fact]
    public async Task What_is_known_of_a_blob_is_told_whoever_has_it()
    {
        var (blob, idle) = (Blob("layer"), Blob("idle"));
        await UploadAsync(Samples, blob);
        await UploadAsync(Samples, idle);
        await Store.CommitManifestAsync(Commit(Samples, Content("user"), Monday) with { Blobs = [blob] }, default);

        Assert.Equal(new BlobFacts(), await Store.FindBlobFactsAsync(Blob("unknown").Digest, default));
        Assert.Equal(new BlobFacts { Size = blob.Size }, await Store.FindBlobFactsAsync(blob.Digest, default));
        var facts = await Store.FindBlobFactsAsync(idle.Digest, default);
        Assert.Equal(new BlobFacts { Size = idle.Size, Candidate = facts.Candidate }, facts);
        Assert.NotNull(facts.Candidate);

        Assert.NotNull(await Store.HoldBlobAsync(idle.Digest, Long, default));
        Assert.True((await Store.FindBlobFactsAsync(idle.Digest, default)).Held);
        Assert.False(await Store.IsAnythingGoingAsync(default));
        Assert.NotNull(await Store.TakeDamagedAsync(await TakeJobAsync("quarantine", "one", Long), blob.Digest, Long, default));
        facts = await Store.FindBlobFactsAsync(blob.Digest, default);
        Assert.True(facts is { Going: true, Held: false, Damaged: not null, Candidate: null });
        Assert.True(await Store.IsAnythingGoingAsync(default));
    }

    [Fact]
    public async Task Who_names_a_blob_or_has_it_for_nothing_is_found_in_every_registry()
    {
        var blob = Blob("layer");
        var other = new RepositoryKey((await Store.EnsureRegistryAsync("contoso", Monday, default)).Id, Samples.Name);
        foreach (var repository in (RepositoryKey[])[Samples, Repository("samples/idle"), other])
            await UploadAsync(repository, blob);
        var content = Content("user");
        foreach (var repository in (RepositoryKey[])[Samples, other])
            await Store.CommitManifestAsync(Commit(repository, content, Monday, repository == Samples ? ["1"] : []) with { Blobs = [blob] }, default);

        var users = await Store.ListBlobUsersAsync(blob.Digest, 10, default);
        Assert.Equal([("myregistry", content.Descriptor.Digest), ("contoso", content.Descriptor.Digest)], users.Select(user => (user.Registry, user.Digest)));
        Assert.Equal((Samples.Name, content.Descriptor.Size, null), (users[0].Repository, users[0].Size, users[0].Candidate));
        Assert.NotNull(users[1].Candidate);
        Assert.Single(await Store.ListBlobUsersAsync(blob.Digest, 1, default));
        Assert.Equal([users[1], users[0]], await Store.ListManifestPlacesAsync(content.Descriptor.Digest, 10, default));
        Assert.Equal(["myregistry/samples/idle"], await Store.ListIdleLinksAsync(blob.Digest, 10, default));
        Assert.Empty(await Store.ListManifestPlacesAsync(blob.Digest, 10, default));
    }

    [Fact]
    public async Task What_keeps_a_manifest_is_its_tags_its_indexes_and_its_subject()
    {
        var subject = await PushAsync(Samples, "subject", Monday);
        var kept = Content("kept").Descriptor.Digest;
        await Store.CommitManifestAsync(Commit(Samples, Content("kept"), Monday, "b", "a") with { Subject = subject }, default);
        var index = await PushIndexAsync("index", [kept]);
        await PushAsync(Repository("samples/other"), "kept", Monday, "elsewhere");

        var place = (await Store.ListManifestPlacesAsync(kept, 10, default)).Single(found => found.Repository == Samples.Name);
        var keepers = await Store.FindKeepersAsync(place, 10, default);
        Assert.Equal([TagOf("a"), TagOf("b")], keepers.Tags);
        Assert.Equal(index, Assert.Single(keepers.Parents).Digest);
        Assert.Equal(subject, keepers.Subject!.Digest);

        var nothing = await Store.FindKeepersAsync((await Store.ListManifestPlacesAsync(subject, 10, default))[0], 10, default);
        Assert.Empty(nothing.Tags);
        Assert.Empty(nothing.Parents);
        Assert.Null(nothing.Subject);
    }
}
