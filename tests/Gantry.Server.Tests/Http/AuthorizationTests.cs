using Gantry.Protocol.Token;
using Gantry.Server.Access;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http;

/// <summary>The right that each route asks for, as one table.</summary>
public sealed class AuthorizationTests : RegistryHttpTest
{
    private const string Digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

    public static TheoryData<string, string, string> Routes => new()
    {
        { "GET", "/v2/a/b/manifests/1.0", TokenActions.Pull },
        { "HEAD", "/v2/a/b/manifests/1.0", TokenActions.Pull },
        { "PUT", "/v2/a/b/manifests/1.0", TokenActions.Push },
        { "DELETE", "/v2/a/b/manifests/1.0", TokenActions.Delete },
        { "DELETE", "/v2/a/b/manifests/" + Digest, TokenActions.Delete },
        { "GET", "/v2/a/b/blobs/" + Digest, TokenActions.Pull },
        { "HEAD", "/v2/a/b/blobs/" + Digest, TokenActions.Pull },
        { "DELETE", "/v2/a/b/blobs/" + Digest, TokenActions.Delete },
        { "POST", "/v2/a/b/blobs/uploads/", TokenActions.Push },
        { "PATCH", "/v2/a/b/blobs/uploads/aa4d0c6e-0000-4000-8000-000000000000", TokenActions.Push },
        { "PUT", "/v2/a/b/blobs/uploads/aa4d0c6e-0000-4000-8000-000000000000", TokenActions.Push },
        { "GET", "/v2/a/b/blobs/uploads/aa4d0c6e-0000-4000-8000-000000000000", TokenActions.Push },
        { "DELETE", "/v2/a/b/blobs/uploads/aa4d0c6e-0000-4000-8000-000000000000", TokenActions.Push },
        { "GET", "/v2/a/b/tags/list", TokenActions.Pull },
        { "GET", "/v2/a/b/referrers/" + Digest, TokenActions.Pull },
        { "GET", "/acr/v1/a/b", TokenActions.MetadataRead },
        { "PATCH", "/acr/v1/a/b", TokenActions.MetadataWrite },
        { "DELETE", "/acr/v1/a/b", TokenActions.Delete },
        { "GET", "/acr/v1/a/b/_tags", TokenActions.MetadataRead },
        { "GET", "/acr/v1/a/b/_tags/1.0", TokenActions.MetadataRead },
        { "PATCH", "/acr/v1/a/b/_tags/1.0", TokenActions.MetadataWrite },
        { "DELETE", "/acr/v1/a/b/_tags/1.0", TokenActions.Delete },
        { "GET", "/acr/v1/a/b/_manifests", TokenActions.MetadataRead },
        { "GET", "/acr/v1/a/b/_manifests/" + Digest, TokenActions.MetadataRead },
        { "PATCH", "/acr/v1/a/b/_manifests/" + Digest, TokenActions.MetadataWrite },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_route_asks_for_its_right_and_no_other(string method, string path, string action)
    {
        string[] all = [TokenActions.Pull, TokenActions.Push, TokenActions.Delete, TokenActions.MetadataRead, TokenActions.MetadataWrite];
        var refused = Refusing(all, action, path);
        Host.Authentication = new Authentication(TestCallers.With("few", null, refused), Failed: false, ShownToken: true);
        var answer = await Host.SendAsync(method, path);
        Assert.Equal(401, answer.Status);
        var scope = action == TokenActions.Push ? "repository:a/b:pull,push" : $"repository:a/b:{action}";
        Assert.Equal(
            $"Bearer realm=\"http://{Host.LoginServer}/oauth2/token\",service=\"{Host.LoginServer}\",scope=\"{scope}\",error=\"insufficient_scope\"",
            answer["WWW-Authenticate"]);
        if (method != "HEAD")
            Assert.Equal($$"""[{"Type":"repository","Name":"a/b","Action":"{{action}}"}]""", answer.Json.GetProperty("errors")[0].GetProperty("detail").GetRawText());

        Host.ActAs(TestCallers.With("just", "a", action));
        Assert.NotEqual(401, (await Host.SendAsync(method, path)).Status);
        Host.ActAs(TestCallers.With("elsewhere", "other", action));
        Assert.Equal(401, (await Host.SendAsync(method, path)).Status);
    }

    [Theory]
    [InlineData("/v2/_catalog")]
    [InlineData("/acr/v1/_catalog")]
    public async Task The_catalog_asks_for_its_own_right(string path)
    {
        Host.ActAs(TestCallers.With("few", null, TokenActions.Pull, TokenActions.MetadataRead));
        var answer = await GetAsync(path);
        AssertRefused(answer, 401, "UNAUTHORIZED");
        Assert.EndsWith(",scope=\"registry:catalog:*\"", answer["WWW-Authenticate"], StringComparison.Ordinal);
        Host.ActAs(TestCallers.Owner);
        Assert.Equal(200, (await GetAsync(path)).Status);
    }

    [Fact]
    public async Task Metadata_read_is_enough_to_list_tags()
    {
        await Host.PushImageAsync("a/b", "1.0");
        Host.ActAs(TestCallers.With("az", null, TokenActions.MetadataRead));
        Assert.Equal(200, (await GetAsync("/v2/a/b/tags/list")).Status);
    }

    [Fact]
    public async Task A_refusal_tells_nothing_of_what_is_there()
    {
        await Host.PushImageAsync("a/b", "1.0");
        Host.ActAs(TestCallers.Anonymous);
        var there = await GetAsync("/v2/a/b/manifests/1.0");
        var absent = await GetAsync("/v2/a/b/manifests/2.0");
        Assert.Equal(401, there.Status);
        Assert.Equal(there.Text, absent.Text);
    }

    private static string[] Refusing(string[] all, string action, string path) =>
        // The tag list is the one route that two rights open.
        [.. all.Where(other => other != action && !(path.EndsWith("/tags/list", StringComparison.Ordinal) && other == TokenActions.MetadataRead))];
}
