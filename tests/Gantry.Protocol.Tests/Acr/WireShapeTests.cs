using System.Text.Json;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;

namespace Gantry.Protocol.Tests.Acr;

/// <summary>The bodies that az and the SDKs read, byte for byte.</summary>
public sealed class WireShapeTests
{
    private static readonly DateTimeOffset Time = new DateTimeOffset(2019, 8, 28, 20, 43, 31, TimeSpan.Zero).AddTicks(1687);
    private const string Locks = """{"deleteEnabled":true,"writeEnabled":true,"readEnabled":true,"listEnabled":true}""";

    [Fact]
    public void A_tag_is_the_articles_json()
    {
        var answer = new TagAttributesAnswer("myregistry.azurecr.io", "samples/artifact", new TagAttributes
        {
            Name = "1.0", Digest = "sha256:x", CreatedTime = Time, LastUpdateTime = Time, ChangeableAttributes = ChangeableAttributes.Unlocked,
        });
        Assert.Equal(
            """{"registry":"myregistry.azurecr.io","imageName":"samples/artifact","tag":{"name":"1.0","digest":"sha256:x","createdTime":"2019-08-28T20:43:31.0001687Z","lastUpdateTime":"2019-08-28T20:43:31.0001687Z","signed":false,"changeableAttributes":"""
            + Locks + "}}",
            JsonSerializer.Serialize(answer, WireJson.Wire.TagAttributesAnswer));
    }

    [Fact]
    public void A_repository_counts_its_manifests_and_tags()
    {
        var repository = new RepositoryAttributes
        {
            Registry = "r", ImageName = "a/b", CreatedTime = Time, LastUpdateTime = Time, ManifestCount = 2, TagCount = 1,
            ChangeableAttributes = new ChangeableAttributes { WriteEnabled = false },
        };
        Assert.Equal(
            """{"registry":"r","imageName":"a/b","createdTime":"2019-08-28T20:43:31.0001687Z","lastUpdateTime":"2019-08-28T20:43:31.0001687Z","manifestCount":2,"tagCount":1,"changeableAttributes":{"deleteEnabled":true,"writeEnabled":false,"readEnabled":true,"listEnabled":true}}""",
            JsonSerializer.Serialize(repository, WireJson.Wire.RepositoryAttributes));
    }

    [Fact]
    public void An_untagged_manifest_has_no_tags_member_and_a_tagged_one_has()
    {
        var manifest = new ManifestAttributes
        {
            Digest = "sha256:x", ImageSize = 5, CreatedTime = Time, LastUpdateTime = Time, MediaType = "m", ChangeableAttributes = ChangeableAttributes.Unlocked,
        };
        var untagged = JsonSerializer.Serialize(new ManifestAttributesList("r", "a", [manifest]), WireJson.Wire.ManifestAttributesList);
        Assert.Equal(
            """{"registry":"r","imageName":"a","manifests":[{"digest":"sha256:x","imageSize":5,"createdTime":"2019-08-28T20:43:31.0001687Z","lastUpdateTime":"2019-08-28T20:43:31.0001687Z","mediaType":"m","changeableAttributes":"""
            + Locks + "}]}",
            untagged);
        var tagged = JsonSerializer.Serialize(
            new ManifestAttributesAnswer("r", "a", manifest with { Tags = ["1.0"], Os = "linux", Architecture = "amd64", ConfigMediaType = "c+json" }),
            WireJson.Wire.ManifestAttributesAnswer);
        Assert.Contains("\"architecture\":\"amd64\",\"os\":\"linux\",\"mediaType\":\"m\",\"configMediaType\":\"c+json\",\"tags\":[\"1.0\"],", tagged, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "2026-01-02T03:04:05.0000000Z")]
    [InlineData(1, "2026-01-02T03:04:05.0000001Z")]
    [InlineData(5_000_000, "2026-01-02T03:04:05.5000000Z")]
    public void Times_are_utc_with_seven_digits(long ticks, string expected)
    {
        var time = new DateTimeOffset(2026, 1, 2, 5, 4, 5, TimeSpan.FromHours(2)).AddTicks(ticks);
        Assert.Equal(expected, AcrTimeConverter.Format(time));
    }

    [Fact]
    public void Locks_that_an_answer_leaves_out_are_open()
    {
        const string answer = """{"registry":"r","imageName":"i","createdTime":"2026-01-02T03:04:05Z","lastUpdateTime":"2026-01-02T03:04:05Z","manifestCount":1,"tagCount":1,"changeableAttributes":{"deleteEnabled":false}}""";
        var locks = JsonSerializer.Deserialize(answer, WireJson.Wire.RepositoryAttributes)!.ChangeableAttributes;
        Assert.Equal(new ChangeableAttributes { DeleteEnabled = false }, locks);
        Assert.True(locks is { WriteEnabled: true, ReadEnabled: true, ListEnabled: true });
    }

    [Fact]
    public void A_change_writes_only_what_changes_and_leaves_the_other_locks()
    {
        var change = new AttributesChange { WriteEnabled = false };
        Assert.Equal("""{"writeEnabled":false}""", JsonSerializer.Serialize(change, WireJson.Wire.AttributesChange));
        Assert.False(change.IsEmpty);
        Assert.True(new AttributesChange().IsEmpty);
        var locks = new ChangeableAttributes { DeleteEnabled = false }.With(change);
        Assert.Equal(new ChangeableAttributes { DeleteEnabled = false, WriteEnabled = false }, locks);
    }

    [Theory]
    [InlineData("""{"writeEnabled":true,"writeEnabled":false}""")]
    [InlineData("""{"writeEnabled":"false"}""")]
    [InlineData("""{"writeEnabled":1}""")]
    [InlineData("[]")]
    [InlineData("")]
    public void A_change_that_is_ambiguous_or_of_another_type_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, WireJson.Wire.AttributesChange));

    [Fact]
    public void A_principal_needs_a_name_and_may_have_no_role_yet()
    {
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("{\"role\":\"AcrPull\"}", WireJson.Wire.PrincipalRequest));
        Assert.Null(JsonSerializer.Deserialize("{\"name\":\"ci\"}", WireJson.Wire.PrincipalRequest)!.Role);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("{\"name\":null,\"role\":\"AcrPull\"}", WireJson.Wire.PrincipalRequest));
        Assert.Equal("""{"name":"ci","role":"AcrPull"}""", JsonSerializer.Serialize(new PrincipalRequest { Name = "ci", Role = "AcrPull" }, WireJson.Wire.PrincipalRequest));
    }

    [Fact]
    public void A_tokens_two_names_are_both_read()
    {
        var answer = JsonSerializer.Deserialize("""{"access_token":"a","token":"t","expires_in":300,"unknown":{}}""", WireJson.Wire.AccessTokenResponse)!;
        Assert.Equal(("a", "t", 300), (answer.AccessToken, answer.Token, answer.ExpiresIn));
    }

    [Fact]
    public void Text_is_not_escaped_for_html()
    {
        Assert.Equal("""{"repositories":["a+b<é>"]}""", JsonSerializer.Serialize(new Catalog(["a+b<é>"]), WireJson.Wire.Catalog));
        Assert.Equal("""{"name":"a","tags":[]}""", JsonSerializer.Serialize(new TagList("a", []), WireJson.Wire.TagList));
        Assert.Equal("""{"registries":[{"name":"r","loginServer":"localhost:5000"}]}""",
            JsonSerializer.Serialize(new RegistryList([new RegistryDescription("r", "localhost:5000")]), WireJson.Wire.RegistryList));
    }
}
