using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

/// <summary>Pages in time order, while the entry that the last one ended with goes or changes.</summary>
public abstract partial class MetadataStoreContract
{
    [Theory]
    [InlineData(ListOrder.TimeAscending)]
    [InlineData(ListOrder.TimeDescending)]
    public async Task Tags_in_time_order_go_on_where_the_last_one_stood_although_it_was_deleted_or_touched(ListOrder order)
    {
        for (var i = 0; i < 6; i++)
            await PushAsync(Samples, "one", After(i), $"t{i}");
        var seen = new List<string>();
        var page = First(2, order);
        while (await Store.ListTagsAsync(Samples, null, page, default) is { Count: > 0 } found)
        {
            seen.AddRange(found.Select(tag => tag.Tag.ToString()));
            page = page with { Last = found[^1].Tag.ToString(), LastTime = found[^1].Updated };
            if (seen.Count == 2)
                await Store.DeleteTagAsync(Samples, found[^1].Tag, null, After(10), default);
            else if (seen.Count == 4)
                await PushAsync(Samples, "one", After(20), page.Last);
        }

        // In ascending order what was touched comes once more, at its new time.
        Assert.Equal(order is ListOrder.TimeAscending ? ["t0", "t1", "t2", "t3", "t4", "t5", "t3"] : ["t5", "t4", "t3", "t2", "t1", "t0"], seen);
    }

    [Theory]
    [InlineData(ListOrder.TimeAscending)]
    [InlineData(ListOrder.TimeDescending)]
    public async Task Manifests_in_time_order_go_on_where_the_last_one_stood_although_it_was_deleted_or_touched(ListOrder order)
    {
        var digests = new List<string>();
        for (var i = 0; i < 6; i++)
            digests.Add((await PushAsync(Samples, $"{i}", After(i))).ToString());
        var seen = new List<int>();
        var page = First(2, order);
        while (await Store.ListManifestsAsync(Samples, page, default) is { Count: > 0 } found)
        {
            seen.AddRange(found.Select(manifest => digests.IndexOf(manifest.Descriptor.Digest.ToString())));
            page = page with { Last = found[^1].Descriptor.Digest.ToString(), LastTime = found[^1].Updated };
            if (seen.Count == 2)
                await Store.DeleteManifestAsync(Samples, found[^1].Descriptor.Digest, withReferrers: true, default);
            else if (seen.Count == 4)
                await Store.UpdateManifestAsync(Samples, found[^1].Descriptor.Digest, Lock(delete: false), After(20), default);
        }

        Assert.Equal(order is ListOrder.TimeAscending ? [0, 1, 2, 3, 4, 5, 3] : [5, 4, 3, 2, 1, 0], seen);
    }

    [Theory]
    [InlineData(ListOrder.TimeAscending)]
    [InlineData(ListOrder.TimeDescending)]
    public async Task Repositories_in_time_order_go_on_where_the_last_one_stood_although_it_was_deleted(ListOrder order)
    {
        for (var i = 0; i < 4; i++)
            await PushAsync(Repository($"r{i}"), "one", After(i));
        var first = await Store.ListRepositoriesAsync(Registry, First(2, order), default);
        await Store.DeleteRepositoryAsync(new RepositoryKey(Registry, first[^1].Name), default);

        var next = await Store.ListRepositoriesAsync(Registry, new ListPage(first[^1].Name.ToString(), 9, order, first[^1].Updated), default);

        Assert.Equal(order is ListOrder.TimeAscending ? ["r2", "r3"] : ["r1", "r0"], next.Select(record => record.Name.ToString()));
        Assert.Empty(await Store.ListRepositoriesAsync(Registry, new ListPage(first[^1].Name.ToString(), 9, order), default));
    }
}
