using System.Text;
using System.Text.Json;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http.Arm;

/// <summary>The management API as az speaks it: shapes, statuses and errors.</summary>
public sealed class ResourceTests : IAsyncLifetime
{
    private const string Root = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/myregistry";
    private const string Assignments = $"{Root}/providers/Microsoft.Authorization/roleAssignments";

    private RegistryInProcess _registry = null!;

    public async ValueTask InitializeAsync() => _registry = await RegistryInProcess.StartAsync();

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Fact]
    public async Task A_registry_is_described_in_the_members_that_az_reads()
    {
        var shown = (await SendAsync("GET", $"{Root}?api-version=2019-05-01")).Json;
        Assert.Equal((Root, "myregistry", "Microsoft.ContainerRegistry/registries"), (Text(shown, "id"), Text(shown, "name"), Text(shown, "type")));
        Assert.Contains(Text(shown.GetProperty("sku"), "name"), (string[])["Basic", "Standard", "Premium"]);
        var properties = shown.GetProperty("properties");
        Assert.Equal((_registry.LoginServer, "Succeeded", "LegacyRegistryPermissions"), (Text(properties, "loginServer"), Text(properties, "provisioningState"), Text(properties, "roleAssignmentMode")));
        foreach (var name in (string[])["creationDate", "adminUserEnabled", "anonymousPullEnabled", "dataEndpointEnabled", "publicNetworkAccess", "networkRuleSet", "zoneRedundancy", "encryption", "policies"])
            Assert.True(properties.TryGetProperty(name, out _), name);
        foreach (var name in (string[])["quarantinePolicy", "trustPolicy", "retentionPolicy", "exportPolicy", "azureADAuthenticationAsArmPolicy", "softDeletePolicy"])
            Assert.False(string.IsNullOrEmpty(Text(properties.GetProperty("policies").GetProperty(name), "status")), name);
        var listed = (await SendAsync("GET", "/subscriptions/s/providers/Microsoft.ContainerRegistry/registries")).Json.GetProperty("value");
        Assert.Equal("myregistry", Text(Assert.Single(listed.EnumerateArray()), "name"));
    }

    [Fact]
    public async Task A_change_is_partial_and_az_may_send_back_every_policy_that_it_was_told()
    {
        var before = (await SendAsync("GET", Root)).Json.GetProperty("properties");
        var policies = before.GetProperty("policies").GetRawText().Replace("\"azureADAuthenticationAsArmPolicy\":{\"status\":\"enabled\"}", "\"azureADAuthenticationAsArmPolicy\":{\"status\":\"disabled\"}", StringComparison.Ordinal);
        var changed = await SendAsync("PATCH", Root, $"{{\"tags\":{{\"team\":\"x\"}},\"properties\":{{\"policies\":{policies}}}}}");
        Assert.Equal(200, changed.Status);
        Assert.Equal("disabled", Text(changed.Json.GetProperty("properties").GetProperty("policies").GetProperty("azureADAuthenticationAsArmPolicy"), "status"));
        Assert.Equal("x", Text(changed.Json.GetProperty("tags"), "team"));
        Assert.Equal(200, (await SendAsync("PATCH", Root, """{"properties":{"anonymousPullEnabled":true}}""")).Status);
        var after = (await SendAsync("GET", Root)).Json;
        Assert.Equal("x", Text(after.GetProperty("tags"), "team"));
        Assert.True(after.GetProperty("properties").GetProperty("anonymousPullEnabled").GetBoolean());
        foreach (var refused in (string[])["\"dataEndpointEnabled\":true", "\"publicNetworkAccess\":\"Disabled\"", "\"roleAssignmentMode\":\"other\"", "\"policies\":{\"retentionPolicy\":{\"status\":\"enabled\",\"days\":1}}", "\"networkRuleSet\":{\"defaultAction\":\"Deny\",\"ipRules\":[{\"value\":\"10.0.0.0/99\"}]}"])
            AssertError(await SendAsync("PATCH", Root, $"{{\"properties\":{{{refused}}}}}"), 400, "InvalidRequest");
        Assert.Equal(after.GetRawText(), (await SendAsync("GET", Root)).Json.GetRawText());
    }

    [Fact]
    public async Task A_change_of_a_token_undoes_none_that_came_at_the_same_time()
    {
        var maps = (string[])["_repositories_pull", "_repositories_push"];
        for (var i = 0; i < 20; i++)
        {
            var token = $"{Root}/tokens/race-{i}";
            await SendAsync("PUT", token, Given(maps[0]));
            await Task.WhenAll(SendAsync("PATCH", token, Given(maps[1])), SendAsync("PATCH", token, """{"properties":{"status":"disabled"}}"""));
            var properties = (await SendAsync("GET", token)).Json.GetProperty("properties");
            Assert.Equal("disabled", Text(properties, "status"));
            Assert.EndsWith(maps[1], Text(properties, "scopeMapId"), StringComparison.Ordinal);

            var answers = await Task.WhenAll(SendAsync("DELETE", token), SendAsync("PATCH", token, Given(maps[0])));
            Assert.Equal(200, answers[0].Status);
            Assert.Equal(404, (await SendAsync("GET", token)).Status);
        }

        static string Given(string map) => $"{{\"properties\":{{\"scopeMapId\":\"{Root}/scopeMaps/{map}\"}}}}";
    }

    [Fact]
    public async Task Maps_and_tokens_are_made_as_az_makes_them()
    {
        AssertError(await SendAsync("GET", $"{Root}/scopeMaps/ci-scope-map"), 404, "ResourceNotFound");
        var map = await SendAsync("PUT", $"{Root}/scopeMaps/ci-scope-map", """{"properties":{"description":"d","actions":["repositories/team/app/content/read","repositories/team/app/content/write"]}}""");
        Assert.Equal((201, $"{Root}/scopeMaps/ci-scope-map"), (map.Status, Text(map.Json, "id")));
        var made = await SendAsync("PUT", $"{Root}/tokens/Ci-Token", $"{{\"properties\":{{\"scopeMapId\":\"{Root}/scopeMaps/ci-scope-map\",\"status\":\"enabled\"}}}}");
        Assert.Equal((201, "Ci-Token", "enabled"), (made.Status, Text(made.Json, "name"), Text(made.Json.GetProperty("properties"), "status")));
        var generated = await SendAsync("POST", $"{Root}/generateCredentials", $"{{\"tokenId\":\"{Root}/tokens/ci-token\",\"name\":\"password1\",\"expiry\":\"2099-01-01T00:00:00Z\"}}");
        Assert.Equal("no-store", generated["Cache-Control"]);
        var password = Assert.Single(generated.Json.GetProperty("passwords").EnumerateArray());
        Assert.Equal(("Ci-Token", "password1", "2099-01-01T00:00:00.0000000Z"), (Text(generated.Json, "username"), Text(password, "name"), Text(password, "expiry")));
        var shown = await SendAsync("GET", $"{Root}/tokens/CI-TOKEN");
        Assert.DoesNotContain("\"value\"", shown.Text, StringComparison.Ordinal);
        var basic = RegistryInProcess.Basic("ci-token", Text(password, "value"));
        Assert.Equal(200, (await SendAsync("GET", "/v2/", null, basic)).Status);

        AssertError(await SendAsync("DELETE", $"{Root}/scopeMaps/ci-scope-map"), 409, "Conflict");
        AssertError(await SendAsync("PUT", $"{Root}/scopeMaps/_repositories_pull", """{"properties":{"actions":[]}}"""), 409, "Conflict");
        AssertError(await SendAsync("DELETE", $"{Root}/scopeMaps/_repositories_pull"), 409, "Conflict");
        AssertError(await SendAsync("PUT", $"{Root}/tokens/ci-other", $"{{\"properties\":{{\"scopeMapId\":\"{Root}/scopeMaps/absent-map\"}}}}"), 400, "InvalidRequest");
        AssertError(await SendAsync("POST", $"{Root}/generateCredentials", """{"tokenId":"ci-token","expiry":"2001-01-01T00:00:00Z"}"""), 400, "InvalidRequest");
        AssertError(await SendAsync("PUT", $"{Root}/scopeMaps/bad-map", """{"properties":{"actions":["repositories/te*/content/read"]}}"""), 400, "InvalidRequest");

        // az deletes a password by naming those that stay.
        Assert.Equal(200, (await SendAsync("PATCH", $"{Root}/tokens/ci-token", """{"properties":{"credentials":{"passwords":[]}}}""")).Status);
        Assert.Equal(401, (await SendAsync("GET", "/v2/", null, basic)).Status);
        Assert.Equal(200, (await SendAsync("DELETE", $"{Root}/tokens/ci-token")).Status);
        Assert.Equal(204, (await SendAsync("DELETE", $"{Root}/tokens/ci-token")).Status);
        Assert.Equal(200, (await SendAsync("DELETE", $"{Root}/scopeMaps/ci-scope-map")).Status);
        Assert.Equal(5, (await SendAsync("GET", $"{Root}/scopeMaps")).Json.GetProperty("value").GetArrayLength());
    }

    [Fact]
    public async Task A_role_is_given_once_limited_where_it_can_be_and_never_more_than_pull_to_nobody()
    {
        var principal = await _registry.AddPrincipalAsync("somebody", "AcrImageSigner");
        var id = Guid.NewGuid();
        var body = Body("AcrPull", principal.AppId, "\"repositoryPrefix\":\"team\"");
        Assert.Equal(201, (await SendAsync("PUT", $"{Assignments}/{id}", body)).Status);
        Assert.Equal(200, (await SendAsync("PUT", $"{Assignments}/{id}", body)).Status);
        AssertError(await SendAsync("PUT", $"{Assignments}/{id}", Body("AcrPush", principal.AppId)), 409, "Conflict");
        AssertError(await SendAsync("PUT", $"{Assignments}/{Guid.NewGuid()}", body), 409, "Conflict");
        var shown = (await SendAsync("GET", $"{Assignments}/{id}")).Json.GetProperty("properties");
        Assert.Equal((principal.AppId, "ServicePrincipal", "team"), (Text(shown, "principalId"), Text(shown, "principalType"), Text(shown, "repositoryPrefix")));
        Assert.EndsWith("7f951dda-4ed3-4680-a7ca-43fe172d538d", Text(shown, "roleDefinitionId"), StringComparison.Ordinal);

        foreach (var refused in (string[])
        [
            Body("Owner", principal.AppId, "\"repositoryPrefix\":\"team\""), Body("Contributor", principal.AppId, "\"condition\":\"NOT (Exists @Request[Microsoft.ContainerRegistry/registries/repositories:name])\""),
            Body("Container Registry Repository Catalog Lister", principal.AppId, "\"repositoryPrefix\":\"team\""), Body("AcrPull", principal.AppId, "\"condition\":\"true\""), Body("NoRole", principal.AppId), Body("AcrPull", Guid.NewGuid().ToString()), Body("AcrPull", "x"),
            Body("AcrPush", Guid.Empty.ToString()), Body("Owner", Guid.Empty.ToString()), Body("Reader", Guid.Empty.ToString()),
        ])
            AssertError(await SendAsync("PUT", $"{Assignments}/{Guid.NewGuid()}", refused), 400, "InvalidRequest");
        Assert.Equal(200, (await SendAsync("DELETE", $"{Assignments}/{id}")).Status);
        Assert.Equal(204, (await SendAsync("DELETE", $"{Assignments}/{id}")).Status);
        var owners = (await SendAsync("GET", Assignments)).Json.GetProperty("value").EnumerateArray().Where(each => Text(each.GetProperty("properties"), "principalId") == _registry.Owner.AppId).ToList();
        AssertError(await SendAsync("DELETE", $"{Assignments}/{Text(Assert.Single(owners), "name")}"), 409, "Conflict");
        Assert.Equal(14, (await SendAsync("GET", $"{Root}/providers/Microsoft.Authorization/roleDefinitions")).Json.GetProperty("value").GetArrayLength());

        static string Body(string role, string principal, string more = "\"description\":\"\"") => $"{{\"properties\":{{\"roleDefinitionId\":\"{role}\",\"principalId\":\"{principal}\",{more}}}}}";
    }

    [Fact]
    public async Task Addresses_without_a_rule_are_refused_content_and_sign_in_and_never_management()
    {
        Assert.Equal(200, (await SendAsync("PATCH", Root, """{"properties":{"networkRuleSet":{"defaultAction":"Deny","ipRules":[{"value":"192.0.2.0/24"}]}}}""")).Status);
        foreach (var path in (string[])["/v2", "/v2/", "/v2/_catalog", "/v2/a/manifests/1.0", "/acr/v1/_catalog", "/oauth2/token", "/oauth2/keys"])
        {
            var answer = await SendAsync("GET", path);
            Assert.Equal((403, "DENIED"), (answer.Status, answer.Code));
            Assert.Contains("is not allowed access", answer.Message, StringComparison.Ordinal);
        }
        foreach (var path in (string[])["/gantry/v1/settings", Root, "/healthz"])
            Assert.Equal(200, (await SendAsync("GET", path)).Status);
        Assert.Equal(200, (await SendAsync("PATCH", Root, """{"properties":{"networkRuleSet":{"defaultAction":"Deny","ipRules":[{"value":"127.0.0.0/8"},{"value":"::1"}]}}}""")).Status);
        Assert.Equal(200, (await SendAsync("GET", "/v2/")).Status);
    }

    [Fact]
    public async Task A_catalog_by_rights_shows_page_by_page_what_the_caller_may_read_and_nothing_else()
    {
        foreach (var name in (string[])["a", "team/b", "team/c", "team/d", "teams/x", "z"])
            await PushAsync(name);
        var puller = RegistryInProcess.Basic(await _registry.AddPrincipalAsync("puller", "AcrPull", "team"));
        Assert.Equal(401, (await SendAsync("GET", "/v2/_catalog", null, puller)).Status);
        Assert.Equal(200, (await SendAsync("PATCH", "/gantry/v1/settings", """{"catalogByRights":true}""")).Status);
        var token = (await SendAsync("GET", "/oauth2/token?scope=registry:catalog:*", null, puller)).Json.GetProperty("access_token").GetString();
        foreach (var authorization in (string[])[puller, $"Bearer {token}"])
        {
            foreach (var root in (string[])["/v2", "/acr/v1"])
            {
                var found = new List<string>();
                for (string? path = $"{root}/_catalog?n=1"; path is not null;)
                {
                    var page = await SendAsync("GET", path, null, authorization);
                    Assert.Equal(200, page.Status);
                    found.AddRange(page.Json.GetProperty("repositories").EnumerateArray().Select(name => name.GetString()!));
                    var link = page["Link"];
                    Assert.DoesNotContain("teams", link ?? "", StringComparison.Ordinal);
                    path = link is null ? null : link[(link.IndexOf('<', StringComparison.Ordinal) + 1)..link.IndexOf('>', StringComparison.Ordinal)];
                    Assert.True(found.Count < 10);
                }
                Assert.Equal(["team/b", "team/c", "team/d"], found);
            }
        }
        Assert.Equal(401, (await SendAsync("GET", "/v2/_catalog", null, "")).Status);
    }

    [Fact]
    public async Task An_explanation_says_what_decides_and_why_not()
    {
        var puller = await _registry.AddPrincipalAsync("puller", "AcrPull", "team");
        Assert.Equal((true, "allowed by role AcrPull, for team and below"), await ExplainAsync($"identity={puller.AppId}&action=pull&repository=team/app"));
        Assert.Equal((false, "the right is given, but for other repositories"), await ExplainAsync($"identity={puller.AppId}&action=pull&repository=teams/app"));
        Assert.Equal((false, "nothing gives this identity the right"), await ExplainAsync($"identity={puller.AppId}&action=delete&repository=team/app"));
        Assert.Equal((false, "nothing gives this identity the right"), await ExplainAsync("identity=anonymous&action=pull&repository=team/app"));
        Assert.Equal((false, "there is no such identity: give an id, a name, the name of a token, or anonymous"), await ExplainAsync("identity=no-such-token&action=pull&repository=team/app"));
        Assert.Equal((false, "it may not sign in: it is disabled, or it is a group"), await ExplainAsync("identity=admin&action=pull&repository=team/app"));
        var conditional = await _registry.AddPrincipalAsync("conditional", "AcrImageSigner");
        await SendAsync("PUT", $"{Assignments}/{Guid.NewGuid()}", $"{{\"properties\":{{\"roleDefinitionId\":\"AcrPull\",\"principalId\":\"{conditional.AppId}\",\"condition\":\"@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWithIgnoreCase 'team/'\"}}}}");
        Assert.Equal((false, "the right is given here on a condition that does not hold"), await ExplainAsync($"identity={conditional.AppId}&action=catalog/read"));
        Assert.True((await ExplainAsync($"identity={conditional.AppId}&action=pull&repository=team/app")).Allowed);
        foreach (var wrong in (string[])["action=none", "action=pull", "action=pull&repository=Bad!", "action=catalog/read&repository=a", ""])
            Assert.Equal(400, (await SendAsync("GET", $"/gantry/v1/access/explain?{wrong}")).Status);

        async Task<(bool Allowed, string)> ExplainAsync(string query)
        {
            var answer = await SendAsync("GET", $"/gantry/v1/access/explain?{query}");
            Assert.True(answer.Status == 200, answer.Text);
            return (answer.Json.GetProperty("allowed").GetBoolean(), Text(answer.Json, "reason"));
        }
    }

    [Fact]
    public async Task Groups_hold_principals_and_no_groups_and_sign_nobody_in()
    {
        var member = await _registry.AddPrincipalAsync("member", "AcrPull");
        var group = Text((await SendAsync("POST", "/gantry/v1/groups", """{"name":"team-a"}""")).Json, "appId");
        var other = Text((await SendAsync("POST", "/gantry/v1/groups", """{"name":"team-b"}""")).Json, "appId");
        Assert.Equal(409, (await SendAsync("POST", "/gantry/v1/groups", """{"name":"team-a"}""")).Status);
        Assert.Equal(204, (await SendAsync("POST", $"/gantry/v1/groups/{group}/members", $$"""{"principal":"{{member.AppId}}"}""")).Status);
        Assert.Equal(204, (await SendAsync("POST", $"/gantry/v1/groups/{group}/members", $$"""{"principal":"{{member.AppId}}"}""")).Status);
        foreach (var (where, who) in ((string, string)[])[(group, other), (group, group), (member.AppId, member.AppId), (group, Guid.NewGuid().ToString()), (Guid.NewGuid().ToString(), member.AppId)])
            Assert.Equal(404, (await SendAsync("POST", $"/gantry/v1/groups/{where}/members", $$"""{"principal":"{{who}}"}""")).Status);
        Assert.Single((await SendAsync("GET", $"/gantry/v1/groups/{group}/members")).Json.EnumerateObject().First().Value.EnumerateArray());
        Assert.Equal(404, (await SendAsync("GET", $"/gantry/v1/groups/{member.AppId}/members")).Status);
        Assert.Equal(404, (await SendAsync("POST", $"/gantry/v1/principals/{group}/secrets", "{}")).Status);
        Assert.Equal(404, (await SendAsync("POST", $"/gantry/v1/principals/{group}/reset")).Status);
        Assert.Equal(204, (await SendAsync("DELETE", $"/gantry/v1/groups/{group}/members/{member.AppId}")).Status);
        Assert.Equal(404, (await SendAsync("DELETE", $"/gantry/v1/groups/{group}/members/{member.AppId}")).Status);
    }

    private static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;

    private static void AssertError(WireAnswer answer, int status, string code)
    {
        Assert.True(answer.Status == status, $"{answer.Status} {answer.Text}");
        var error = answer.Json.GetProperty("error");
        Assert.Equal(code, Text(error, "code"));
        Assert.False(string.IsNullOrEmpty(Text(error, "message")));
    }

    private Task<WireAnswer> SendAsync(string method, string path, string? body = null, string? authorization = null)
    {
        authorization ??= RegistryInProcess.Basic(_registry.Owner);
        return _registry.SendAsync(method, path, body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body)), authorization.Length == 0 ? [] : [$"Authorization: {authorization}"]);
    }

    private async Task PushAsync(string repository)
    {
        const string Image = "application/vnd.oci.image.manifest.v1+json";
        var digest = RegistryScript.DigestOf("{}");
        Assert.Equal(201, (await SendAsync("POST", $"/v2/{repository}/blobs/uploads/?digest={digest}", "{}")).Status);
        var manifest = $$"""{"schemaVersion":2,"mediaType":"{{Image}}","config":{"mediaType":"application/vnd.example","digest":"{{digest}}","size":2},"layers":[]}""";
        Assert.Equal(201, (await _registry.SendAsync("PUT", $"/v2/{repository}/manifests/1.0", new StringContent(manifest), $"Authorization: {RegistryInProcess.Basic(_registry.Owner)}", $"Content-Type: {Image}")).Status);
    }
}
