using System.Collections.Immutable;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    [Fact]
    public async Task A_registry_is_made_once_and_found_by_its_name()
    {
        var made = await Store.EnsureRegistryAsync("contoso", After(1), default);
        var again = await Store.EnsureRegistryAsync("contoso", After(2), default);

        Assert.Equal(made, again);
        Assert.Equal(After(1), made.Created);
        Assert.False(made.AnonymousPull);
        Assert.Equal(made, await Store.FindRegistryAsync("contoso", default));
        Assert.Null(await Store.FindRegistryAsync("fabrikam", default));
        Assert.Equal(["contoso", "myregistry"], (await Store.ListRegistriesAsync(default)).Select(registry => registry.Name));
    }

    [Fact]
    public async Task Anonymous_pull_is_switched_for_one_registry_and_raises_its_epoch_alone()
    {
        var other = await Store.EnsureRegistryAsync("contoso", Monday, default);
        var (mine, others) = (await Store.ReadEpochAsync(Registry, default), await Store.ReadEpochAsync(other.Id, default));

        Assert.Equal(CommitOutcome.Done, await Store.SetAnonymousPullAsync(Registry, enabled: true, default));

        Assert.True((await Store.FindRegistryAsync("myregistry", default))!.AnonymousPull);
        Assert.False((await Store.FindRegistryAsync("contoso", default))!.AnonymousPull);
        Assert.True(await Store.ReadEpochAsync(Registry, default) > mine);
        Assert.Equal(others, await Store.ReadEpochAsync(other.Id, default));
        Assert.Equal(CommitOutcome.Missing, await Store.SetAnonymousPullAsync(new RegistryId(long.MaxValue), enabled: true, default));
    }

    [Fact]
    public async Task A_secret_is_the_first_candidate_for_everybody()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i => (await Store.EnsureSecretAsync("pepper", new[] { (byte)i }, default)).ToArray()));

        Assert.Single(answers.Select(answer => answer[0]).Distinct());
        await ReopenAsync();
        Assert.Equal(answers[0], (await Store.EnsureSecretAsync("pepper", new byte[] { 99 }, default)).ToArray());
        Assert.Equal([7], (await Store.EnsureSecretAsync("other", new byte[] { 7 }, default)).ToArray());
    }

    [Fact]
    public async Task A_repository_appears_with_its_first_manifest_and_vanishes_with_its_last()
    {
        await Store.LinkBlobAsync(Samples, Blob("early").Digest, 5, Monday, default);
        Assert.Null(await Store.FindRepositoryAsync(Samples, default));
        Assert.Empty(await Store.ListRepositoriesAsync(Registry, First(), default));
        Assert.Equal(CommitOutcome.Missing, (await Store.DeleteRepositoryAsync(Samples, default)).Outcome);

        var digest = await PushAsync(Samples, "one", After(1), "1");
        var record = await Store.FindRepositoryAsync(Samples, default);
        Assert.Equal((After(1), After(1), 1, 1), (record!.Created, record.Updated, record.ManifestCount, record.TagCount));
        Assert.Equal(new ChangeableAttributes(), record.Attributes);

        await Store.UpdateRepositoryAsync(Samples, Lock(list: false, read: false), After(2), default);
        await Store.DeleteManifestAsync(Samples, digest, withReferrers: false, default);
        Assert.Null(await Store.FindRepositoryAsync(Samples, default));

        // A repository of the same name later is another one: it starts unlocked and at its own time. Blobs of uploads under way are still linked.
        Assert.Equal(5, await Store.FindBlobAsync(Samples, Blob("early").Digest, default));
        await PushAsync(Samples, "two", After(9));
        var reborn = await Store.FindRepositoryAsync(Samples, default);
        Assert.Equal((After(9), 1, 0), (reborn!.Created, reborn.ManifestCount, reborn.TagCount));
        Assert.Equal(new ChangeableAttributes(), reborn.Attributes);
    }

    [Fact]
    public async Task Deleting_a_repository_takes_manifests_tags_and_links_and_says_which()
    {
        var blob = Blob("shared");
        await Store.LinkBlobAsync(Samples, blob.Digest, blob.Size, Monday, default);
        await Store.MountBlobAsync(Repository("samples/other"), Samples.Name, blob.Digest, Monday, default);
        var one = await PushAsync(Samples, "one", Monday, "b", "a");
        var two = Content("two");
        await Store.CommitManifestAsync(Commit(Samples, two, Monday) with { Blobs = [blob] }, default);
        await PushAsync(Repository("samples/other"), "one", Monday, "a");

        var deletion = await Store.DeleteRepositoryAsync(Samples, default);

        Assert.Equal(CommitOutcome.Done, deletion.Outcome);
        Assert.Equal([.. new[] { one, two.Descriptor.Digest }.ToImmutableSortedSet(Comparer<Digest>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString())))], deletion.Manifests);
        Assert.Equal([TagOf("a"), TagOf("b")], deletion.Tags);
        Assert.Null(await Store.FindRepositoryAsync(Samples, default));
        Assert.Null(await Store.FindManifestAsync(Samples, one, default));
        Assert.Null(await Store.FindBlobAsync(Samples, blob.Digest, default));
        Assert.Equal(blob.Size, await Store.FindBlobAsync(Repository("samples/other"), blob.Digest, default));
        Assert.NotNull(await Store.FindTagAsync(Repository("samples/other"), TagOf("a"), default));
        Assert.Equal(CommitOutcome.Missing, (await Store.DeleteRepositoryAsync(Samples, default)).Outcome);
    }

    [Fact]
    public async Task Repositories_are_listed_in_byte_order_or_by_time_within_their_registry()
    {
        string[] pushed = ["b", "a/b", "a", "a-b", "a/a", "a0"];
        for (var i = 0; i < pushed.Length; i++)
            await PushAsync(Repository(pushed[i]), "one", After(i));
        var other = await Store.EnsureRegistryAsync("contoso", Monday, default);
        await PushAsync(new RepositoryKey(other.Id, RepositoryName.Parse("hidden")), "one", Monday);

        Assert.Equal(["a", "a-b", "a/a", "a/b", "a0", "b"], await PagesAsync(ListOrder.Name));
        Assert.Equal(pushed, await PagesAsync(ListOrder.TimeAscending));
        Assert.Equal(pushed.Reverse(), await PagesAsync(ListOrder.TimeDescending));
        Assert.Equal(["a/b", "a0", "b"], Names(await Store.ListRepositoriesAsync(Registry, new ListPage("a/aaa", 10), default)));

        async Task<List<string>> PagesAsync(ListOrder order)
        {
            var names = new List<string>();
            while (await Store.ListRepositoriesAsync(Registry, new ListPage(names.LastOrDefault(), 4, order), default) is { Count: > 0 } page)
                names.AddRange(Names(page));
            return names;
        }

        static IEnumerable<string> Names(IEnumerable<RepositoryRecord> records) => records.Select(record => record.Name.ToString());
    }
}
