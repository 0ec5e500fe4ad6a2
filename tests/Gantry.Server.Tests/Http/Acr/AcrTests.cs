using Gantry.Protocol.Oci;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http.Acr;

public class AcrTests : RegistryHttpTest
{
    private const string Unlocked = """{"deleteEnabled":true,"writeEnabled":true,"readEnabled":true,"listEnabled":true}""";
    private const string Start = "2026-01-02T03:04:05.0000000Z";
    private const string Later = "2026-01-02T03:05:05.0000000Z";

    [Fact]
    public async Task A_repository_is_described_in_the_members_and_order_of_the_real_service()
    {
        await Host.PushImageAsync("samples/artifact", "1.0");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Host.PushImageAsync("samples/artifact", "2.0");
        var answer = await GetAsync("/acr/v1/samples/artifact?api-version=2021-07-01");
        Assert.Equal(200, answer.Status);
        Assert.Equal(
            $$"""{"registry":"{{Host.LoginServer}}","imageName":"samples/artifact","createdTime":"{{Start}}","lastUpdateTime":"{{Later}}","manifestCount":1,"tagCount":2,"changeableAttributes":{{Unlocked}}}""",
            answer.Text);
        AssertCommonHeaders(answer);
        Assert.Equal(answer.Text, (await Host.GetRawAsync("/acr/v1/samples%2Fartifact")).Text);
    }

    [Fact]
    public async Task A_tag_is_described_alone_and_in_the_list()
    {
        var digest = await Host.PushImageAsync("samples/artifact", "1.0");
        var tag = $$"""{"name":"1.0","digest":"{{digest}}","createdTime":"{{Start}}","lastUpdateTime":"{{Start}}","signed":false,"changeableAttributes":{{Unlocked}}}""";
        var head = $$"""{"registry":"{{Host.LoginServer}}","imageName":"samples/artifact",""";
        Assert.Equal($$"""{{head}}"tag":{{tag}}}""", (await GetAsync("/acr/v1/samples/artifact/_tags/1.0")).Text);
        Assert.Equal($$"""{{head}}"tags":[{{tag}}]}""", (await GetAsync("/acr/v1/samples/artifact/_tags")).Text);
    }

    [Fact]
    public async Task A_manifest_is_described_alone_and_in_the_list()
    {
        var digest = await Host.PushImageAsync("samples/artifact", "1.0");
        await Host.PushImageAsync("samples/artifact", "0.9");
        var manifest = $$"""
            {"digest":"{{digest}}","imageSize":7,"createdTime":"{{Start}}","lastUpdateTime":"{{Start}}","mediaType":"application/vnd.oci.image.manifest.v1+json","configMediaType":"application/vnd.oci.empty.v1+json","tags":["0.9","1.0"],"changeableAttributes":{{Unlocked}}}
            """;
        var head = $$"""{"registry":"{{Host.LoginServer}}","imageName":"samples/artifact",""";
        Assert.Equal($$"""{{head}}"manifest":{{manifest}}}""", (await GetAsync($"/acr/v1/samples/artifact/_manifests/{digest}")).Text);
        Assert.Equal($$"""{{head}}"manifests":[{{manifest}}]}""", (await GetAsync("/acr/v1/samples/artifact/_manifests")).Text);
        var encoded = digest.ToString().Replace(":", "%3A", StringComparison.Ordinal);
        Assert.Equal(200, (await Host.GetRawAsync($"/acr/v1/samples%2Fartifact/_manifests/{encoded}?api-version=2021-07-01")).Status);
    }

    [Fact]
    public async Task An_untagged_manifest_has_no_tags_member()
    {
        var digest = await Host.PushImageAsync("a", "1.0");
        await DeleteAsync("/acr/v1/a/_tags/1.0");
        Assert.False((await GetAsync($"/acr/v1/a/_manifests/{digest}")).Json.GetProperty("manifest").TryGetProperty("tags", out _));
        Assert.False((await GetAsync("/acr/v1/a/_manifests")).Json.GetProperty("manifests")[0].TryGetProperty("tags", out _));
    }

    [Fact]
    public async Task An_image_shows_its_platform_and_an_index_its_entries()
    {
        const string Config = """{"architecture":"arm64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}""";
        var config = await Host.PushBlobAsync("a", Config);
        var image = $$"""{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{config}}","size":{{Config.Length}}},"layers":[]}""";
        Assert.Equal(201, (await Host.PutManifestAsync("a", "image", image)).Status);
        var digest = RegistryScript.DigestOf(image);
        var shown = (await GetAsync($"/acr/v1/a/_manifests/{digest}")).Json.GetProperty("manifest");
        Assert.Equal("arm64", shown.GetProperty("architecture").GetString());
        Assert.Equal("linux", shown.GetProperty("os").GetString());
        Assert.Equal(Config.Length, shown.GetProperty("imageSize").GetInt64());
        Assert.False(shown.TryGetProperty("references", out _));

        var entry = new Descriptor
        {
            MediaType = MediaTypes.ImageManifest,
            Digest = digest,
            Size = image.Length,
            Platform = new Platform { Architecture = "arm64", Os = "linux" },
        };
        var index = new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = [entry] }.ToJson();
        Assert.Equal(201, (await Host.SendAsync("PUT", "/v2/a/manifests/index", index, $"Content-Type: {RegistryScript.IndexType}")).Status);
        shown = (await GetAsync($"/acr/v1/a/_manifests/{Digest.Of(index)}")).Json.GetProperty("manifest");
        Assert.Equal($$"""[{"digest":"{{digest}}","architecture":"arm64","os":"linux"}]""", shown.GetProperty("references").GetRawText());
        Assert.False(shown.TryGetProperty("configMediaType", out _));
        Assert.False(shown.TryGetProperty("architecture", out _));
        Assert.Equal(image.Length, shown.GetProperty("imageSize").GetInt64());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[1]")]
    [InlineData("""{"architecture":7}""")]
    public async Task A_broken_config_is_stored_and_says_nothing(string config)
    {
        var digest = await Host.PushBlobAsync("a", config);
        var image = $$"""{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{digest}}","size":{{config.Length}}},"layers":[]}""";
        Assert.Equal(201, (await Host.PutManifestAsync("a", "1.0", image)).Status);
        Assert.False((await GetAsync($"/acr/v1/a/_manifests/{RegistryScript.DigestOf(image)}")).Json.GetProperty("manifest").TryGetProperty("architecture", out _));
    }

    [Fact]
    public async Task Lists_are_ordered_by_time_and_paged_with_every_parameter_restated()
    {
        var digests = new List<Digest>();
        foreach (var tag in (string[])["b", "c", "a"])
        {
            digests.Add(await Host.PushImageAsync("x/y", tag, tag));
            Clock.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Equal("b,c,a", await NamesAsync("/acr/v1/x/y/_tags?orderby=timeasc"));
        Assert.Equal("a,c,b", await NamesAsync("/acr/v1/x/y/_tags?orderby=timedesc"));
        Assert.Equal("a,b,c", await NamesAsync("/acr/v1/x/y/_tags?orderby="));
        Assert.Equal("a,b,c", await NamesAsync("/acr/v1/x/y/_tags?orderby=none"));

        var first = await GetAsync("/acr/v1/x/y/_tags?n=2&orderby=timedesc");
        Assert.Equal($"</acr/v1/x%2Fy/_tags?last={Ticks(1)}~c&n=2&orderby=timedesc>; rel=\"next\"", first["Link"]);
        Assert.Equal("b", await NamesAsync("/acr/v1/x%2Fy/_tags?last=c&n=2&orderby=timedesc"));
        Assert.Equal("</acr/v1/x%2Fy/_tags?last=a&n=1&orderby=>; rel=\"next\"", (await GetAsync("/acr/v1/x/y/_tags?n=1"))["Link"]);

        var manifests = await GetAsync("/acr/v1/x/y/_manifests?n=1&orderby=timeasc");
        Assert.Equal(digests[0].ToString(), manifests.Json.GetProperty("manifests")[0].GetProperty("digest").GetString());
        Assert.Equal($"</acr/v1/x%2Fy/_manifests?last={Ticks(0)}~sha256%3A{digests[0].Hex}&n=1&orderby=timeasc>; rel=\"next\"", manifests["Link"]);
        AssertRefused(await GetAsync("/acr/v1/x/y/_tags?orderby=size"), 400, "BAD_REQUEST", "orderby");
    }

    [Fact]
    public async Task Tags_of_one_manifest_are_filtered_and_the_link_restates_it()
    {
        var digest = await Host.PushImageAsync("a", "1.0", "one");
        await Host.PushImageAsync("a", "1.1", "one");
        await Host.PushImageAsync("a", "2.0", "two");
        Assert.Equal("1.0,1.1", await NamesAsync($"/acr/v1/a/_tags?digest={digest}"));
        var link = (await GetAsync($"/acr/v1/a/_tags?n=1&digest={digest}"))["Link"];
        Assert.Equal($"</acr/v1/a/_tags?last=1.0&n=1&digest=sha256%3A{digest.Hex}&orderby=>; rel=\"next\"", link);
        AssertRefused(await GetAsync("/acr/v1/a/_tags?digest=x"), 400, "DIGEST_INVALID");
    }

    [Theory]
    [InlineData("/acr/v1/nowhere", "NAME_UNKNOWN", "repository \"nowhere\" is not found")]
    [InlineData("/acr/v1/nowhere/_tags", "NAME_UNKNOWN", "repository \"nowhere\" is not found")]
    [InlineData("/acr/v1/nowhere/_manifests", "NAME_UNKNOWN", "repository \"nowhere\" is not found")]
    [InlineData("/acr/v1/a/_tags/9", "TAG_UNKNOWN", "the specified tag does not exist")]
    [InlineData("/acr/v1/a/_manifests/sha256:0000000000000000000000000000000000000000000000000000000000000000", "MANIFEST_UNKNOWN",
        "manifest sha256:0000000000000000000000000000000000000000000000000000000000000000 is not found")]
    public async Task What_is_not_there_is_404_whatever_is_asked_of_it(string path, string code, string message)
    {
        await Host.PushImageAsync("a", "1.0");
        AssertRefused(await GetAsync(path), 404, code, message);
        var answer = await Host.SendAsync("PATCH", path, Utf8("{}"));
        Assert.Contains(answer.Status, (int[])[404, 405]);
    }

    [Fact]
    public async Task Attributes_change_one_by_one_and_come_back_wrapped_as_in_get()
    {
        var digest = await Host.PushImageAsync("a", "1.0");
        foreach (var path in (string[])["/acr/v1/a", "/acr/v1/a/_tags/1.0", $"/acr/v1/a/_manifests/{digest}"])
        {
            var answer = await Host.SendAsync("PATCH", path, Utf8("""{"writeEnabled":false,"unknown":{"x":1}}"""));
            Assert.Equal(200, answer.Status);
            Assert.Contains("""{"deleteEnabled":true,"writeEnabled":false,"readEnabled":true,"listEnabled":true}""", answer.Text, StringComparison.Ordinal);
            Assert.Equal(answer.Text, (await GetAsync(path)).Text);
            Assert.Contains("\"writeEnabled\":true", (await Host.SendAsync("PATCH", path, Utf8("""{"writeEnabled":true}"""))).Text, StringComparison.Ordinal);
            Assert.Equal(200, (await Host.SendAsync("PATCH", path, Utf8("{}"))).Status);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"writeEnabled":"false"}""")]
    [InlineData("""{"writeEnabled":0}""")]
    [InlineData("""{"writeEnabled":true,"writeEnabled":false}""")]
    public async Task A_change_that_is_none_is_refused_and_changes_nothing(string body)
    {
        await Host.PushImageAsync("a", "1.0");
        foreach (var path in (string[])["/acr/v1/a", "/acr/v1/a/_tags/1.0"])
        {
            AssertRefused(await Host.SendAsync("PATCH", path, Utf8(body)), 400, "BAD_REQUEST", "change of attributes");
            Assert.Contains(Unlocked, (await GetAsync(path)).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_change_has_a_bound()
    {
        await Host.PushImageAsync("a", "1.0");
        var answer = await Host.SendAsync("PATCH", "/acr/v1/a", Utf8($$"""{"x":"{{new string('x', Limits.MaxDocumentBytes)}}"}"""));
        AssertRefused(answer, 413, "BAD_REQUEST");
    }

    [Fact]
    public async Task Untag_leaves_the_manifest()
    {
        var digest = await Host.PushImageAsync("a", "1.0");
        var answer = await DeleteAsync("/acr/v1/a/_tags/1.0");
        Assert.Equal(202, answer.Status);
        Assert.Empty(answer.Body);
        AssertRefused(await GetAsync("/acr/v1/a/_tags/1.0"), 404, "TAG_UNKNOWN");
        AssertRefused(await DeleteAsync("/acr/v1/a/_tags/1.0"), 404, "TAG_UNKNOWN");
        Assert.Equal(200, (await GetAsync($"/v2/a/manifests/{digest}")).Status);
    }

    [Fact]
    public async Task A_deleted_repository_says_what_went_with_it()
    {
        var digest = await Host.PushImageAsync("a/b", "1.0");
        await Host.PushImageAsync("a/b", "2.0");
        await Host.PushImageAsync("a/bc", "1.0");
        var answer = await DeleteAsync("/acr/v1/a/b");
        Assert.Equal(202, answer.Status);
        Assert.Equal($$"""{"manifestsDeleted":["{{digest}}"],"tagsDeleted":["1.0","2.0"]}""", answer.Text);
        AssertRefused(await GetAsync("/acr/v1/a/b"), 404, "NAME_UNKNOWN");
        AssertRefused(await DeleteAsync("/acr/v1/a/b"), 404, "NAME_UNKNOWN");
        Assert.Equal(404, (await GetAsync("/v2/a/b/manifests/1.0")).Status);
        Assert.Equal(404, (await HeadAsync($"/v2/a/b/blobs/{RegistryScript.DigestOf("layer")}")).Status);
        Assert.Equal(200, (await GetAsync("/v2/a/bc/manifests/1.0")).Status);
    }

    [Theory]
    [InlineData("GET", "/acr/v1/a/_streaming", 404)]
    [InlineData("GET", "/acr/v1/_deleted/_catalog", 404)]
    [InlineData("GET", "/acr/v1/", 404)]
    [InlineData("GET", "/acr/v1/Upper", 400)]
    [InlineData("GET", "/acr/v1/a/_tags/.x", 400)]
    [InlineData("GET", "/acr/v1/a/_manifests/latest", 400)]
    [InlineData("POST", "/acr/v1/_catalog", 405)]
    [InlineData("DELETE", "/acr/v1/a/_tags", 405)]
    [InlineData("PUT", "/acr/v1/a", 405)]
    [InlineData("DELETE", "/acr/v1/a/_manifests/sha256:0000000000000000000000000000000000000000000000000000000000000000", 405)]
    public async Task Other_requests_are_refused(string method, string path, int status)
    {
        await Host.PushImageAsync("a", "1.0");
        var answer = await Host.SendAsync(method, path);
        Assert.Equal(status, answer.Status);
        Assert.NotEmpty(answer.Errors);
        Assert.Equal(status == 405, answer["Allow"] is not null);
    }

    /// <summary>The time so many minutes after the start, as links write it.</summary>
    private static long Ticks(int minutes) => new DateTimeOffset(2026, 1, 2, 3, 4 + minutes, 5, TimeSpan.Zero).UtcTicks;

    private async Task<string> NamesAsync(string path)
    {
        var answer = await GetAsync(path);
        Assert.Equal(200, answer.Status);
        return string.Join(',', answer.Json.GetProperty("tags").EnumerateArray().Select(tag => tag.GetProperty("name").GetString()));
    }
}
