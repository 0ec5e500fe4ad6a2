using Gantry.Protocol.Distribution;
using Gantry.Server.Registry;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http.Distribution;

public class ListTests : RegistryHttpTest
{
    private const string Nobody = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    protected override RegistryLimits Limits => RegistryLimits.Default with { MaxPageSize = 5, DefaultPageSize = 4 };

    [Fact]
    public async Task Tags_are_listed_in_order()
    {
        foreach (var tag in (string[])["b", "a", "C", "10", "9"])
            await Host.PushImageAsync("samples/a", tag);
        var answer = await GetAsync("/v2/samples/a/tags/list?n=5");
        Assert.Equal("""{"name":"samples/a","tags":["10","9","C","a","b"]}""", answer.Text);
        Assert.Equal("application/json; charset=utf-8", answer["Content-Type"]);
        Assert.Null(answer["Link"]);
        AssertCommonHeaders(answer);
        Assert.Empty((await HeadAsync("/v2/samples/a/tags/list")).Body);
    }

    [Fact]
    public async Task A_list_is_paged_by_its_links()
    {
        for (var i = 0; i < 7; i++)
            await Host.PushImageAsync("samples/a", $"v{i}");
        var first = await GetAsync("/v2/samples/a/tags/list?n=3");
        Assert.Equal("</v2/samples/a/tags/list?last=v2&n=3&orderby=>; rel=\"next\"", first["Link"]);
        Assert.Equal(["v0,v1,v2", "v3,v4,v5", "v6"], await PagesAsync("/v2/samples/a/tags/list?n=3", "tags"));
        // Without a number the default counts, and a wish beyond the bound is the bound.
        Assert.Equal(["v0,v1,v2,v3", "v4,v5,v6"], await PagesAsync("/v2/samples/a/tags/list", "tags"));
        Assert.Equal(["v0,v1,v2,v3,v4", "v5,v6"], await PagesAsync("/v2/samples/a/tags/list?n=1000", "tags"));
        Assert.Equal(["v5,v6"], await PagesAsync("/v2/samples/a/tags/list?last=v4", "tags"));
        Assert.Equal(["v5,v6"], await PagesAsync("/v2/samples/a/tags/list?last=v4x", "tags"));
        Assert.Equal([""], await PagesAsync("/v2/samples/a/tags/list?last=zzz", "tags"));
    }

    [Fact]
    public async Task A_page_that_ends_with_the_list_has_no_link()
    {
        for (var i = 0; i < 3; i++)
            await Host.PushImageAsync("a", $"v{i}");
        Assert.Null((await GetAsync("/v2/a/tags/list?n=3"))["Link"]);
    }

    [Theory]
    [InlineData("/v2/a/tags/list", """{"name":"a","tags":[]}""")]
    [InlineData("/v2/_catalog", """{"repositories":[]}""")]
    [InlineData("/acr/v1/_catalog", """{"repositories":[]}""")]
    public async Task A_wish_for_nothing_gets_nothing_and_no_link(string path, string body)
    {
        await Host.PushImageAsync("a", "1.0");
        var answer = await GetAsync($"{path}?n=0");
        Assert.Equal(body, answer.Text);
        Assert.Null(answer["Link"]);
    }

    [Theory]
    [InlineData("1099511627776")]
    [InlineData("999999999999999999999999999999")]
    [InlineData("2147483648")]
    [InlineData("0000000000000000000000000000005")]
    public async Task CVE_2023_2253_a_huge_number_is_the_bound_with_a_link(string n)
    {
        for (var i = 0; i < 6; i++)
            await Host.PushImageAsync($"r{i}", "1.0");
        foreach (var path in (string[])["/v2/_catalog", "/acr/v1/_catalog"])
        {
            var answer = await GetAsync($"{path}?n={n}");
            Assert.Equal("""{"repositories":["r0","r1","r2","r3","r4"]}""", answer.Text);
            Assert.Equal($"<{path}?last=r4&n=5&orderby=>; rel=\"next\"", answer["Link"]);
        }
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("1.5")]
    [InlineData("0x10")]
    [InlineData("%201")]
    [InlineData("1&n=2")]
    public async Task A_number_that_is_none_is_refused(string n)
    {
        await Host.PushImageAsync("a", "1.0");
        foreach (var path in (string[])["/v2/_catalog", "/v2/a/tags/list", $"/v2/a/referrers/{Nobody}", "/acr/v1/_catalog", "/acr/v1/a/_tags", "/acr/v1/a/_manifests"])
            AssertRefused(await GetAsync($"{path}?n={n}"), 400, "PAGINATION_NUMBER_INVALID", "invalid number");
    }

    [Fact]
    public async Task A_last_that_no_name_could_be_is_refused()
    {
        foreach (var last in (string[])["%00", "%0d%0aX:%20y", "%c3%a9", "a%20b"])
            AssertRefused(await GetAsync($"/v2/_catalog?last={last}"), 400, "BAD_REQUEST");
    }

    [Fact]
    public async Task An_unknown_repository_has_no_list()
    {
        AssertRefused(await GetAsync("/v2/nowhere/tags/list"), 404, "NAME_UNKNOWN", "repository \"nowhere\" is not found");
        AssertRefused(await GetAsync("/v2/nowhere/tags/list?n=0"), 404, "NAME_UNKNOWN");
        await Host.PushBlobAsync("blobs/alone", "x");
        AssertRefused(await GetAsync("/v2/blobs/alone/tags/list"), 404, "NAME_UNKNOWN");
    }

    [Fact]
    public async Task A_repository_without_tags_has_an_empty_list()
    {
        var digest = await Host.PushImageAsync("a", "");
        Assert.Equal("""{"name":"a","tags":[]}""", (await GetAsync("/v2/a/tags/list")).Text);
        Assert.Equal(200, (await GetAsync($"/v2/a/manifests/{digest}")).Status);
    }

    [Fact]
    public async Task The_catalog_is_paged_with_encoded_names()
    {
        foreach (var name in (string[])["library/a", "library/b", "zebra"])
            await Host.PushImageAsync(name, "1.0");
        Assert.Equal("</v2/_catalog?last=library%2Fb&n=2&orderby=>; rel=\"next\"", (await GetAsync("/v2/_catalog?n=2"))["Link"]);
        Assert.Equal(["library/a,library/b", "zebra"], await PagesAsync("/v2/_catalog?n=2", "repositories"));
        Assert.Equal(["library/a,library/b", "zebra"], await PagesAsync("/acr/v1/_catalog?n=2&api-version=2021-07-01", "repositories"));
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("a")]
    public async Task Nobody_refers_to_what_is_not_there(string repository)
    {
        await Host.PushImageAsync("a", "1.0");
        var answer = await GetAsync($"/v2/{repository}/referrers/{Nobody}");
        Assert.Equal(200, answer.Status);
        Assert.Equal("application/vnd.oci.image.index.v1+json", answer["Content-Type"]);
        Assert.Equal("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""", answer.Text);
        Assert.Null(answer["OCI-Filters-Applied"]);
        AssertCommonHeaders(answer);
    }

    [Fact]
    public async Task Referrers_are_described_with_type_and_annotations()
    {
        var subject = await Host.PushImageAsync("a", "1.0");
        var signature = await Host.PushImageAsync("a", "", "sig", subject, "application/x.sig");
        var plain = await Host.PushImageAsync("a", "", "plain", subject);
        var answer = await GetAsync($"/v2/a/referrers/{subject}");
        var found = answer.Json.GetProperty("manifests").EnumerateArray().ToDictionary(entry => entry.GetProperty("digest").GetString()!);
        Assert.Equal(2, found.Count);
        var entry = found[signature.ToString()];
        Assert.Equal("application/x.sig", entry.GetProperty("artifactType").GetString());
        Assert.Equal("sig", entry.GetProperty("annotations").GetProperty("about").GetString());
        Assert.Equal(RegistryScript.ImageManifestType, entry.GetProperty("mediaType").GetString());
        Assert.Equal(RegistryScript.Image("sig", subject, "application/x.sig").Length, entry.GetProperty("size").GetInt64());
        // Without a type of its own a manifest goes by its config's.
        Assert.Equal("application/vnd.oci.empty.v1+json", found[plain.ToString()].GetProperty("artifactType").GetString());
    }

    [Fact]
    public async Task An_index_that_refers_to_a_subject_has_only_a_type_of_its_own()
    {
        var subject = await Host.PushImageAsync("a", "1.0");
        var descriptor = $$"""{"mediaType":"{{RegistryScript.ImageManifestType}}","digest":"{{subject}}","size":1}""";
        Assert.Equal(201, (await Host.PutManifestAsync("a", "plain", $$"""{"schemaVersion":2,"manifests":[],"subject":{{descriptor}}}""", RegistryScript.IndexType)).Status);
        Assert.Equal(201, (await Host.PutManifestAsync("a", "typed", $$"""{"schemaVersion":2,"manifests":[],"artifactType":"application/x.own","subject":{{descriptor}}}""", RegistryScript.IndexType)).Status);

        var types = (await GetAsync($"/v2/a/referrers/{subject}")).Json.GetProperty("manifests").EnumerateArray()
            .Select(entry => entry.TryGetProperty("artifactType", out var type) ? type.GetString() : null).ToList();
        Assert.Equal([null, "application/x.own"], types.Order(StringComparer.Ordinal));
        Assert.Single((await GetAsync($"/v2/a/referrers/{subject}?artifactType=application/x.own")).Json.GetProperty("manifests").EnumerateArray());
    }

    [Fact]
    public async Task Referrers_are_filtered_and_the_header_says_so()
    {
        var subject = await Host.PushImageAsync("a", "1.0");
        var signature = await Host.PushImageAsync("a", "", "sig", subject, "application/x+sig");
        await Host.PushImageAsync("a", "", "plain", subject);
        var answer = await GetAsync($"/v2/a/referrers/{subject}?artifactType=application%2Fx%2Bsig");
        Assert.Equal("artifactType", answer["OCI-Filters-Applied"]);
        Assert.Equal(signature.ToString(), Assert.Single(answer.Json.GetProperty("manifests").EnumerateArray().ToList()).GetProperty("digest").GetString());
        AssertRefused(await GetAsync($"/v2/a/referrers/{subject}?artifactType=%0d%0a"), 400, "BAD_REQUEST");
    }

    [Fact]
    public async Task Referrers_are_paged_and_the_link_restates_the_filter()
    {
        var subject = await Host.PushImageAsync("a", "1.0");
        var expected = new List<string>();
        for (var i = 0; i < 40; i++)
            expected.Add((await Host.PushImageAsync("a", "", $"s{i}", subject, "application/x+sig")).ToString());
        var first = await GetAsync($"/v2/a/referrers/{subject}?n=3&artifactType=application%2Fx%2Bsig");
        Assert.EndsWith("&n=3&artifactType=application%2Fx%2Bsig&orderby=>; rel=\"next\"", first["Link"], StringComparison.Ordinal);
        Assert.StartsWith($"</v2/a/referrers/{subject}?last=sha256%3A", first["Link"], StringComparison.Ordinal);
        var pages = await PagesAsync($"/v2/a/referrers/{subject}?n=3&artifactType=application%2Fx%2Bsig", "manifests");
        Assert.Equal(expected.Order(StringComparer.Ordinal), pages.SelectMany(page => page.Split(',')));
    }

    [Fact]
    public async Task A_referrer_that_goes_is_no_longer_listed()
    {
        var subject = await Host.PushImageAsync("a", "1.0");
        var signature = await Host.PushImageAsync("a", "", "sig", subject);
        await DeleteAsync($"/v2/a/manifests/{signature}");
        Assert.Empty((await GetAsync($"/v2/a/referrers/{subject}")).Json.GetProperty("manifests").EnumerateArray());
    }

    [Fact]
    public async Task Referrers_obey_the_locks_of_reading_and_listing()
    {
        var subject = await Host.PushImageAsync("a", "1.0");
        var unreadable = await Host.PushImageAsync("a", "", "one", subject);
        var hidden = await Host.PushImageAsync("a", "", "two", subject);
        var shown = await Host.PushImageAsync("a", "", "three", subject);
        await Host.LockAsync($"a/_manifests/{unreadable}", "readEnabled");
        await Host.LockAsync($"a/_manifests/{hidden}", "listEnabled");
        Assert.Equal([shown.ToString()], await PagesAsync($"/v2/a/referrers/{subject}?n=1", "manifests"));

        await Host.LockAsync("a", "readEnabled");
        AssertRefused(await GetAsync($"/v2/a/referrers/{subject}"), 405, "REGISTRY_DISALLOWED_OPERATION");
    }

    [Fact]
    public async Task Referrers_go_with_their_subject()
    {
        var subject = await Host.PushImageAsync("a", "1.0");
        var signature = await Host.PushImageAsync("a", "", "sig", subject);
        var signed = await Host.PushImageAsync("a", "", "sigsig", signature);
        Assert.Equal(202, (await DeleteAsync($"/v2/a/manifests/{subject}")).Status);
        Assert.Equal(404, (await GetAsync($"/v2/a/manifests/{signature}")).Status);
        Assert.Equal(404, (await GetAsync($"/v2/a/manifests/{signed}")).Status);
    }

    [Fact]
    public async Task A_malformed_subject_is_refused() => AssertRefused(await GetAsync("/v2/a/referrers/sha256:short"), 400, "DIGEST_INVALID");

    private async Task<List<string>> PagesAsync(string path, string member)
    {
        var pages = new List<string>();
        for (var next = path; next is not null;)
        {
            var answer = await GetAsync(next);
            Assert.Equal(200, answer.Status);
            pages.Add(string.Join(',', answer.Json.GetProperty(member).EnumerateArray()
                .Select(entry => entry.ValueKind == System.Text.Json.JsonValueKind.String ? entry.GetString() : entry.GetProperty("digest").GetString())));
            next = answer["Link"] is { } link ? LinkHeader.FindNext(link) : null;
            Assert.True(pages.Count < 100);
        }
        return pages;
    }
}
