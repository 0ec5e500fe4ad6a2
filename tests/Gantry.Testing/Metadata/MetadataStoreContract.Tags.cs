using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Xunit;

namespace Gantry.Testing.Metadata;

public abstract partial class MetadataStoreContract
{
    [Fact]
    public async Task A_tag_moves_and_only_then_raises_the_epoch()
    {
        await PushAsync(Samples, "one", Monday, "latest");
        var start = await Store.ReadEpochAsync(Registry, default);

        await PushAsync(Samples, "one", After(1), "latest");
        var again = await Store.FindTagAsync(Samples, TagOf("latest"), default);
        Assert.Equal((Monday, After(1)), (again!.Created, again.Updated));
        Assert.Equal(start, await Store.ReadEpochAsync(Registry, default));

        var two = await PushAsync(Samples, "two", After(2), "latest");
        var moved = await Store.FindTagAsync(Samples, TagOf("latest"), default);
        Assert.Equal((two, Monday, After(2)), (moved!.Digest, moved.Created, moved.Updated));
        Assert.True(await Store.ReadEpochAsync(Registry, default) > start);
        Assert.Equal((2, 1), await CountsAsync());
    }

    [Fact]
    public async Task Untagging_leaves_the_manifest()
    {
        var digest = await PushAsync(Samples, "one", Monday, "1", "2");
        var epoch = await Store.ReadEpochAsync(Registry, default);

        Assert.Equal(CommitOutcome.Done, await Store.DeleteTagAsync(Samples, TagOf("1"), null, After(1), default));

        Assert.Null(await Store.FindTagAsync(Samples, TagOf("1"), default));
        Assert.Equal(["2"], (await Store.FindManifestRecordAsync(Samples, digest, default))!.Tags);
        Assert.Equal((1, 1), await CountsAsync());
        Assert.True(await Store.ReadEpochAsync(Registry, default) > epoch);
        Assert.Equal(CommitOutcome.Missing, await Store.DeleteTagAsync(Samples, TagOf("1"), null, After(1), default));
        Assert.Equal(CommitOutcome.Missing, await Store.DeleteTagAsync(Repository("samples/none"), TagOf("1"), null, After(1), default));
    }

    [Fact]
    public async Task Tags_of_one_manifest_are_listed_alone()
    {
        var one = await PushAsync(Samples, "one", Monday, "a", "c");
        await PushAsync(Samples, "two", Monday, "b");

        Assert.Equal(["a", "c"], (await Store.ListTagsAsync(Samples, one, First(), default)).Select(found => found.Tag.ToString()));
        Assert.Equal(["c"], (await Store.ListTagsAsync(Samples, one, new ListPage("a", 5), default)).Select(found => found.Tag.ToString()));
        Assert.Equal(["c", "a"], (await Store.ListTagsAsync(Samples, one, First(1, ListOrder.TimeDescending), default))
            .Concat(await Store.ListTagsAsync(Samples, one, new ListPage("a", 1, ListOrder.TimeDescending), default)).Select(found => found.Tag.ToString()).Reverse());
        Assert.Empty(await Store.ListTagsAsync(Samples, Digest.Of("absent"u8), First(), default));
    }

    [Theory]
    [InlineData(ListOrder.Name)]
    [InlineData(ListOrder.TimeAscending)]
    [InlineData(ListOrder.TimeDescending)]
    public async Task Ten_thousand_tags_come_page_by_page_each_once_and_in_order(ListOrder order)
    {
        const int Count = 10_000;
        var names = Enumerable.Range(0, Count).Select(i => $"{(i % 2 == 0 ? "v" : "V")}{i * 7919 % Count}").ToList();
        // A hundred pushes of a hundred tags; pairs of pushes share a time, so that the names have to decide.
        for (var push = 0; push < 100; push++)
            await PushAsync(Samples, $"manifest {push}", After(push / 2), [.. names.Skip(push * 100).Take(100)]);

        var (seen, last) = (new List<TagRecord>(), (string?)null);
        while (await Store.ListTagsAsync(Samples, null, new ListPage(last, 997, order), default) is { Count: > 0 } page)
        {
            seen.AddRange(page);
            last = page[^1].Tag.ToString();
        }

        var byName = Comparer<TagRecord>.Create((a, b) => string.CompareOrdinal(a.Tag.ToString(), b.Tag.ToString()));
        var expected = order switch
        {
            ListOrder.Name => seen.Order(byName),
            ListOrder.TimeAscending => seen.OrderBy(found => found.Updated).ThenBy(found => found, byName),
            _ => seen.OrderByDescending(found => found.Updated).ThenBy(found => found, byName),
        };
        Assert.Equal(Count, seen.Select(found => found.Tag).Distinct().Count());
        Assert.Equal(expected.Select(found => found.Tag), seen.Select(found => found.Tag));
        Assert.Equal((100, Count), await CountsAsync());
    }

    [Fact]
    public async Task A_page_goes_on_after_a_name_that_vanished_and_a_time_order_ends_that_does_not_know_its_time()
    {
        await PushAsync(Samples, "one", Monday, "a", "b", "c", "d");
        await Store.DeleteTagAsync(Samples, TagOf("b"), null, Monday, default);

        Assert.Equal(["c", "d"], (await Store.ListTagsAsync(Samples, null, new ListPage("b", 10), default)).Select(found => found.Tag.ToString()));
        foreach (var order in new[] { ListOrder.TimeAscending, ListOrder.TimeDescending })
        {
            Assert.Empty(await Store.ListTagsAsync(Samples, null, new ListPage("b", 10, order), default));
            Assert.Equal(["c", "d"], (await Store.ListTagsAsync(Samples, null, new ListPage("b", 10, order, Monday), default)).Select(found => found.Tag.ToString()));
        }
        Assert.Empty(await Store.ListTagsAsync(Samples, null, new ListPage("zzz", 10), default));
    }

    [Fact]
    public async Task Names_are_compared_byte_for_byte()
    {
        await PushAsync(Samples, "one", Monday, "a", "B", "_", "1", "a.b", "a-b", "A");

        Assert.Equal(["1", "A", "B", "_", "a", "a-b", "a.b"], (await Store.ListTagsAsync(Samples, null, First(), default)).Select(found => found.Tag.ToString()));
        Assert.Null(await Store.FindTagAsync(Samples, TagOf("b"), default));
    }
}
