using System.Text.Json;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http.Acr;

/// <summary>Links in time order lead on, whatever becomes of the entry that they name.</summary>
public class TimeOrderTests : RegistryHttpTest
{
    [Theory]
    [InlineData("timeasc", "t0 t1 t2 t3 t4 t5 t3")]
    [InlineData("timedesc", "t5 t4 t3 t2 t1 t0")]
    public async Task Tags_come_each_once_while_they_are_deleted_and_pushed_again(string order, string expected)
    {
        for (var i = 0; i < 6; i++)
            await PushAsync($"t{i}");

        var seen = await WalkAsync($"/acr/v1/x/y/_tags?n=2&orderby={order}", "tags", tag => tag.GetProperty("name").GetString()!, async (count, last) =>
        {
            if (count == 2)
                Assert.Equal(202, (await DeleteAsync($"/acr/v1/x/y/_tags/{last}")).Status);
            else if (count == 4)
                await PushAsync(last);
        });

        Assert.Equal(expected, string.Join(' ', seen));
    }

    [Theory]
    [InlineData("timeasc", "0 1 2 3 4 5 3")]
    [InlineData("timedesc", "5 4 3 2 1 0")]
    public async Task Manifests_come_each_once_while_they_are_deleted_and_locked(string order, string expected)
    {
        var digests = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            digests.Add((await Host.PushImageAsync("x/y", "", $"{i}")).ToString());
            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var seen = await WalkAsync($"/acr/v1/x/y/_manifests?n=2&orderby={order}", "manifests", manifest => manifest.GetProperty("digest").GetString()!, async (count, last) =>
        {
            if (count == 2)
                Assert.Equal(202, (await DeleteAsync($"/v2/x/y/manifests/{last}")).Status);
            else if (count == 4)
                await Host.LockAsync($"x/y/_manifests/{last}", "deleteEnabled");
        });

        Assert.Equal(expected, string.Join(' ', seen.Select(digest => digests.IndexOf(digest))));
    }

    [Fact]
    public async Task The_catalog_and_the_plain_list_of_tags_have_such_links_too()
    {
        await PushAsync("t0");
        await PushAsync("t1");
        await Host.PushImageAsync("z", "1");

        var tags = (await GetAsync("/v2/x/y/tags/list?n=1&orderby=timeasc"))["Link"];
        Assert.Contains("~t0&n=1&orderby=timeasc", tags, StringComparison.Ordinal);
        var catalog = (await GetAsync("/acr/v1/_catalog?n=1&orderby=timedesc"))["Link"]!;
        Assert.Contains("~z&n=1&orderby=timedesc", catalog, StringComparison.Ordinal);
        Assert.Equal("""{"repositories":["x/y"]}""", (await GetAsync(TargetOf(catalog))).Text);
    }

    [Fact]
    public async Task A_name_alone_is_looked_up_and_one_that_is_gone_ends_the_list()
    {
        await PushAsync("t0");
        await PushAsync("t1");
        Assert.Contains("\"t1\"", (await GetAsync("/acr/v1/x/y/_tags?last=t0&orderby=timeasc")).Text, StringComparison.Ordinal);
        Assert.EndsWith("\"tags\":[]}", (await GetAsync("/acr/v1/x/y/_tags?last=gone&orderby=timeasc")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("~t0")]
    [InlineData("-1~t0")]
    [InlineData("x~t0")]
    [InlineData("9223372036854775807~t0")]
    [InlineData("99999999999999999999~t0")]
    public async Task A_time_that_is_none_is_refused(string last)
    {
        await PushAsync("t0");
        AssertRefused(await GetAsync($"/acr/v1/x/y/_tags?last={last}&orderby=timedesc"), 400, "BAD_REQUEST", "last");
    }

    private async Task PushAsync(string tag)
    {
        await Host.PushImageAsync("x/y", tag);
        Clock.Advance(TimeSpan.FromMinutes(1));
    }

    /// <summary>Follows the links; <paramref name="between"/> is told how many entries came, and the last of them.</summary>
    private async Task<List<string>> WalkAsync(string path, string list, Func<JsonElement, string> name, Func<int, string, Task> between)
    {
        var seen = new List<string>();
        for (string? next = path; next is not null && seen.Count < 20;)
        {
            var answer = await GetAsync(next);
            seen.AddRange(answer.Json.GetProperty(list).EnumerateArray().Select(name));
            await between(seen.Count, seen[^1]);
            next = answer["Link"] is { } link ? TargetOf(link) : null;
        }
        return seen;
    }

    private static string TargetOf(string link) => link[1..link.IndexOf('>', StringComparison.Ordinal)];
}
