using Gantry.Server.Access;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http.Distribution;

public sealed class PingTests : RegistryHttpTest
{
    [Fact]
    public async Task A_principal_is_told_that_the_api_is_here()
    {
        var answer = await GetAsync("/v2/");
        Assert.Equal(200, answer.Status);
        Assert.Equal("{}", answer.Text);
        AssertCommonHeaders(answer);
        Assert.Equal(200, (await GetAsync("/v2")).Status);
    }

    [Fact]
    public async Task Head_has_the_length_and_no_body()
    {
        var answer = await HeadAsync("/v2/");
        Assert.Equal(200, answer.Status);
        Assert.Equal("2", answer["Content-Length"]);
        Assert.Empty(answer.Body);
    }

    [Fact]
    public async Task An_anonymous_caller_is_challenged_also_where_it_may_pull()
    {
        await Host.PushImageAsync("samples/artifact", "1.0");
        Host.ActAs(TestCallers.AnonymousPuller);
        var answer = await GetAsync("/v2/");
        AssertRefused(answer, 401, "UNAUTHORIZED", "authentication required");
        Assert.Equal($"Bearer realm=\"http://{Host.LoginServer}/oauth2/token\",service=\"{Host.LoginServer}\"", answer["WWW-Authenticate"]);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, answer.Json.GetProperty("errors")[0].GetProperty("detail").ValueKind);
        AssertCommonHeaders(answer);
        Assert.Equal(200, (await GetAsync("/v2/samples/artifact/manifests/1.0")).Status);
    }

    [Fact]
    public async Task A_developers_server_needs_no_credentials()
    {
        Host.ActAs(TestCallers.Developer);
        Assert.Equal(200, (await GetAsync("/v2/")).Status);
    }

    [Fact]
    public async Task Wrong_credentials_are_refused_whatever_anonymous_callers_may()
    {
        Host.Authentication = new Authentication(TestCallers.AnonymousPuller, Failed: true, ShownToken: false);
        Assert.Equal(401, (await GetAsync("/v2/")).Status);
        Assert.Equal(401, (await GetAsync("/v2/a/tags/list")).Status);
        Assert.DoesNotContain("error=", (await GetAsync("/v2/"))["WWW-Authenticate"], StringComparison.Ordinal);
        Host.Authentication = new Authentication(TestCallers.AnonymousPuller, Failed: true, ShownToken: true);
        Assert.EndsWith(",error=\"invalid_token\"", (await GetAsync("/v2/"))["WWW-Authenticate"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_methods_are_not_allowed()
    {
        var answer = await Host.SendAsync("POST", "/v2/");
        AssertRefused(answer, 405, "UNSUPPORTED");
        Assert.Equal("GET, HEAD", answer["Allow"]);
    }

    [Fact]
    public async Task An_unknown_path_is_404_with_an_error_body()
    {
        AssertRefused(await GetAsync("/v2/_oci/ext/discover"), 404, "NOT_FOUND");
        AssertRefused(await GetAsync("/v2/a/b"), 404, "NOT_FOUND");
    }
}
