using System.Text.Json;
using Gantry.Protocol;
using Gantry.Protocol.Admin;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http.Admin;

public sealed class PrincipalEndpointsTests
{
    private const string Principals = "/gantry/v1/principals";

    [Fact]
    public async Task A_principal_is_made_listed_and_deleted()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var made = await AsOwnerAsync(registry, "POST", Principals, """{"name":"ci","role":"acrpush","repository":"samples"}""");

        Assert.Equal(201, made.Status);
        Assert.Equal("no-store", made["Cache-Control"]);
        var credentials = JsonSerializer.Deserialize(made.Body, WireJson.Wire.PrincipalCredentials)!;
        Assert.Equal(registry.Owner.Tenant, credentials.Tenant);
        Assert.Equal(200, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: {RegistryInProcess.Basic(credentials)}")).Status);

        var list = await AsOwnerAsync(registry, "GET", Principals);
        Assert.Equal(
            [("ci", "AcrPush", "samples"), ("owner", "Owner", null)],
            JsonSerializer.Deserialize(list.Body, WireJson.Wire.PrincipalList)!.Principals.Select(principal => (principal.Name, principal.Roles[0].Role, principal.Roles[0].Repository)));
        Assert.DoesNotContain("ecret", list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("ash", list.Text, StringComparison.Ordinal);

        Assert.Equal(204, (await AsOwnerAsync(registry, "DELETE", $"{Principals}/{credentials.AppId}")).Status);
        Assert.Equal(404, (await AsOwnerAsync(registry, "DELETE", $"{Principals}/{credentials.AppId}")).Status);
        Assert.Equal(401, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: {RegistryInProcess.Basic(credentials)}")).Status);
    }

    [Fact]
    public async Task A_secret_that_is_over_before_it_begins_is_refused()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var path = $"{Principals}/{registry.Owner.AppId}/secrets";
        Assert.Equal(400, (await AsOwnerAsync(registry, "POST", path, """{"endTime":"2001-01-01T00:00:00Z"}""")).Status);
        Assert.Equal(201, (await AsOwnerAsync(registry, "POST", path, """{"endTime":"2199-01-01T00:00:00Z"}""")).Status);
    }

    [Theory]
    [InlineData("""{"name":"a","role":"Admin"}""", "Owner, Contributor, Reader, User Access Administrator, AcrPull, AcrPush, AcrDelete")]
    [InlineData("""{"name":"a","role":""}""", "Owner, Contributor, Reader, User Access Administrator, AcrPull, AcrPush, AcrDelete")]
    [InlineData("""{"name":"","role":"AcrPull"}""", "name")]
    [InlineData("""{"name":"a b","role":"AcrPull"}""", "name")]
    [InlineData("""{"name":"-a","role":"AcrPull"}""", "name")]
    [InlineData("""{"name":"a\r\nb","role":"AcrPull"}""", "name")]
    [InlineData("""{"name":"a","role":"AcrPull","repository":"UPPER"}""", "repository")]
    [InlineData("""{"name":"a","role":"AcrPull","repository":"a/../b"}""", "repository")]
    [InlineData("""{"name":"a","role":"Owner","repository":"samples"}""", "Owner")]
    [InlineData("""{"name":"a","role":"Container Registry Repository Catalog Lister","repository":"samples"}""", "Catalog Lister")]
    [InlineData("""{"name":"a","repository":"samples"}""", "no role")]
    [InlineData("""{"name":null,"role":"AcrPull"}""", "body")]
    [InlineData("""{"name":"a","name":"b","role":"AcrPull"}""", "body")]
    [InlineData("null", "object")]
    [InlineData("[]", "body")]
    [InlineData("", "body")]
    [InlineData("{", "body")]
    public async Task What_makes_no_principal_is_said(string body, string hint)
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var answer = await AsOwnerAsync(registry, "POST", Principals, body);
        Assert.Equal(400, answer.Status);
        Assert.Contains(hint, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_is_bounded()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        Assert.Equal(413, (await AsOwnerAsync(registry, "POST", Principals, $$"""{"name":"{{new string('a', 100_000)}}","role":"AcrPull"}""")).Status);
    }

    [Fact]
    public async Task A_name_is_taken_once_per_registry()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        const string Body = """{"name":"ci","role":"AcrPull"}""";
        Assert.Equal(201, (await AsOwnerAsync(registry, "POST", Principals, Body)).Status);
        var again = await AsOwnerAsync(registry, "POST", Principals, Body);
        Assert.Equal((409, "CONFLICT"), (again.Status, again.Code));
    }

    [Fact]
    public async Task The_last_owner_stays()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var refused = await AsOwnerAsync(registry, "DELETE", $"{Principals}/{registry.Owner.AppId}");
        Assert.Equal((409, "CONFLICT"), (refused.Status, refused.Code));
        Assert.Contains("last owner", refused.Message, StringComparison.Ordinal);

        var second = await registry.AddPrincipalAsync("second", "Owner");
        Assert.Equal(204, (await AsOwnerAsync(registry, "DELETE", $"{Principals}/{registry.Owner.AppId}")).Status);
        Assert.Equal(409, (await registry.SendAsync("DELETE", $"{Principals}/{second.AppId}", null, $"Authorization: {RegistryInProcess.Basic(second)}")).Status);
    }

    [Fact]
    public async Task A_reset_ends_the_old_secret_and_gives_a_new_one()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var ci = await registry.AddPrincipalAsync("ci", "AcrPull");
        Assert.Equal(200, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: {RegistryInProcess.Basic(ci)}")).Status);

        var reset = await AsOwnerAsync(registry, "POST", $"{Principals}/{ci.AppId}/reset");

        Assert.Equal((200, "no-store"), (reset.Status, reset["Cache-Control"]));
        var renewed = JsonSerializer.Deserialize(reset.Body, WireJson.Wire.PrincipalCredentials)!;
        Assert.Equal((ci.AppId, ci.Tenant), (renewed.AppId, renewed.Tenant));
        Assert.Equal(401, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: {RegistryInProcess.Basic(ci)}")).Status);
        Assert.Equal(200, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: {RegistryInProcess.Basic(renewed)}")).Status);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "")]
    [InlineData("DELETE", "/00000000-0000-0000-0000-000000000001")]
    [InlineData("POST", "/00000000-0000-0000-0000-000000000001/reset")]
    public async Task CVE_2022_31666_only_an_owner_manages_principals(string method, string path)
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { AnonymousPull = true });
        const string Body = """{"name":"x","role":"Owner"}""";
        foreach (var role in new[] { "AcrPull", "AcrPush", "AcrDelete" })
        {
            var principal = await registry.AddPrincipalAsync(role, role);
            var refused = await registry.SendAsync(method, Principals + path, new StringContent(Body), $"Authorization: {RegistryInProcess.Basic(principal)}");
            Assert.Equal((403, "DENIED"), (refused.Status, refused.Code));
        }
        var token = (await registry.SendAsync("GET", "/oauth2/token?scope=registry:catalog:*%20repository:*:*", null, $"Authorization: {RegistryInProcess.Basic(registry.Owner)}")).Json.GetProperty("access_token").GetString();
        Assert.Equal(403, (await registry.SendAsync(method, Principals + path, new StringContent(Body), $"Authorization: Bearer {token}")).Status);
        foreach (var authorization in new[] { null, "Basic eA==", RegistryInProcess.Basic(registry.Owner.AppId, "wrong"), "Bearer x" })
        {
            var refused = await registry.SendAsync(method, Principals + path, new StringContent(Body), authorization is null ? [] : [$"Authorization: {authorization}"]);
            Assert.Equal((401, $"Basic realm=\"{registry.LoginServer}\""), (refused.Status, refused["WWW-Authenticate"]));
        }
        Assert.Single(JsonSerializer.Deserialize((await AsOwnerAsync(registry, "GET", Principals)).Body, WireJson.Wire.PrincipalList)!.Principals, principal => principal.Roles[0].Role == "Owner");
    }

    [Theory]
    [InlineData("PUT", "/gantry/v1/principals", 405)]
    [InlineData("GET", "/gantry/v1/principals/00000000-0000-0000-0000-000000000001", 404)]
    [InlineData("DELETE", "/gantry/v1/principals/nobody", 404)]
    [InlineData("POST", "/gantry/v1/principals/nobody/reset", 404)]
    [InlineData("POST", "/gantry/v1/principals/00000000-0000-0000-0000-000000000001/reset", 404)]
    [InlineData("GET", "/gantry/v1/principals/00000000-0000-0000-0000-000000000001/reset", 405)]
    [InlineData("POST", "/gantry/v1/principals/reset", 405)]
    [InlineData("DELETE", "/gantry/v1/principals/", 404)]
    [InlineData("POST", "/gantry/v1/registries", 405)]
    [InlineData("GET", "/gantry/v1/", 404)]
    [InlineData("GET", "/gantry/v1", 404)]
    [InlineData("GET", "/gantry/v2/principals", 404)]
    [InlineData("GET", "/gantry/v1//principals", 404)]
    public async Task Paths_and_methods_are_exact(string method, string path, int status)
    {
        await using var registry = await RegistryInProcess.StartAsync();
        Assert.Equal(status, (await AsOwnerAsync(registry, method, path)).Status);
    }

    [Fact]
    public async Task Whoever_signed_in_is_told_of_their_own_registry_alone()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { HostMap = new Dictionary<string, string> { ["other.example"] = "otherregistry" } });
        var reader = await registry.AddPrincipalAsync("reader", "AcrPull");
        var list = await registry.SendAsync("GET", "/gantry/v1/registries", null, $"Authorization: {RegistryInProcess.Basic(reader)}");
        Assert.Equal([new RegistryDescription("myregistry", registry.LoginServer)], JsonSerializer.Deserialize(list.Body, WireJson.Wire.RegistryList)!.Registries);
        Assert.Equal(401, (await registry.SendAsync("GET", "/gantry/v1/registries")).Status);

        await using var dev = await RegistryInProcess.StartAsync(options => options with { Dev = true, Domain = "acr.localhost", HostMap = new Dictionary<string, string> { ["other.localhost"] = "otherregistry" } });
        var all = await dev.SendAsync("GET", "/gantry/v1/registries");
        Assert.Equal(
            [new RegistryDescription("myregistry", dev.LoginServer), new RegistryDescription("otherregistry", $"otherregistry.acr.localhost:{dev.Url.Port}")],
            JsonSerializer.Deserialize(all.Body, WireJson.Wire.RegistryList)!.Registries);
    }

    private static Task<WireAnswer> AsOwnerAsync(RegistryInProcess registry, string method, string path, string? body = null) =>
        registry.SendAsync(method, path, body is null ? null : new StringContent(body), $"Authorization: {RegistryInProcess.Basic(registry.Owner)}");
}
