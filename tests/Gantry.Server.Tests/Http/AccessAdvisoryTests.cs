using System.Text;
using System.Text.Json;
using Gantry.Protocol;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http;

/// <summary>What went wrong with access in other registries, tried on a whole server; docs/advisories.md lists all of it.</summary>
public sealed class AccessAdvisoryTests : IAsyncLifetime
{
    private const string Image = "application/vnd.oci.image.manifest.v1+json";
    private const string Root = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/myregistry";

    private RegistryInProcess _registry = null!;
    private string _owner = "";

    public async ValueTask InitializeAsync()
    {
        _registry = await RegistryInProcess.StartAsync();
        _owner = RegistryInProcess.Basic(_registry.Owner);
    }

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    [Fact]
    public async Task CVE_2019_16097_members_that_a_body_has_too_much_change_nothing()
    {
        var made = await SendAsync("POST", "/gantry/v1/principals", """{"name":"plain","kind":"Group","id":"x","appId":"x","role":"AcrPull","enabled":false,"roles":["Owner"],"registry":2,"generation":99,"password":"chosen","secrets":[{"value":"chosen"}],"createdTime":"1999-01-01T00:00:00Z","isAdmin":true,"sysadmin_flag":true}""");
        Assert.Equal(201, made.Status);
        var plain = JsonSerializer.Deserialize(made.Body, WireJson.Wire.PrincipalCredentials)!;
        Assert.NotEqual("chosen", plain.Password);
        var basic = RegistryInProcess.Basic(plain);
        Assert.Equal(200, (await SendAsync("GET", "/v2/", null, basic)).Status);
        Assert.Equal(401, (await SendAsync("GET", "/v2/", null, RegistryInProcess.Basic(plain.AppId, "chosen"))).Status);
        Assert.Equal(403, (await SendAsync("GET", "/gantry/v1/principals", null, basic)).Status);

        var path = $"/gantry/v1/principals/{plain.AppId}";
        var before = (await SendAsync("GET", path)).Json;
        Assert.Equal(200, (await SendAsync("PATCH", path, """{"enabled":true,"name":"renamed","kind":"User","role":"Owner","roles":[{"role":"Owner"}],"appId":"00000000-0000-0000-0000-000000000000","generation":0,"issuer":"https://evil","secrets":[]}""")).Status);
        Assert.Equal(before.GetRawText(), (await SendAsync("GET", path)).Json.GetRawText());
        Assert.Equal("ServicePrincipal", before.GetProperty("kind").GetString());

        Assert.Equal(201, (await SendAsync("PUT", $"{Root}/scopeMaps/own-map", """{"id":"x","type":"x","name":"_repositories_admin","properties":{"type":"SystemDefined","provisioningState":"Failed","creationDate":"1999-01-01T00:00:00Z","actions":["repositories/a/content/read"]}}""")).Status);
        var map = (await SendAsync("GET", $"{Root}/scopeMaps/own-map")).Json;
        Assert.Equal("own-map", map.GetProperty("name").GetString());
        Assert.Equal("UserDefined", map.GetProperty("properties").GetProperty("type").GetString());
        Assert.DoesNotContain("1999", map.GetRawText(), StringComparison.Ordinal);

        Assert.Equal(201, (await SendAsync("PUT", $"{Root}/tokens/own-token", $$$$"""{"name":"admin","properties":{"scopeMapId":"{{{{Root}}}}/scopeMaps/own-map","creationDate":"1999-01-01T00:00:00Z","generation":7,"credentials":{"passwords":[{"name":"password1","value":"chosen","hash":"chosen"}]}}}""")).Status);
        Assert.Equal(401, (await SendAsync("GET", "/v2/", null, RegistryInProcess.Basic("own-token", "chosen"))).Status);
        var token = (await SendAsync("GET", $"{Root}/tokens/own-token")).Json;
        Assert.DoesNotContain("1999", token.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(0, token.GetProperty("properties").GetProperty("credentials").GetProperty("passwords").GetArrayLength());
    }

    [Fact]
    public async Task CVE_2019_16097_a_body_with_a_member_twice_or_of_another_shape_is_refused_and_is_no_fault_of_ours()
    {
        var colliding = string.Join(',', Enumerable.Range(0, 2000).Select(i => $"\"k{i}\":{i}"));
        string[] bodies =
        [
            "", "null", "[]", "1", "\"x\"", "{", "{\"name\":\"a\",\"name\":\"b\"}", "{\"properties\":null}", "{\"properties\":[]}", "{\"properties\":{\"actions\":null,\"actions\":[]}}",
            "{\"properties\":{\"actions\":[null]}}", "{\"properties\":{\"actions\":[1]}}", "{\"properties\":{\"actions\":\"x\"}}", "{\"properties\":{\"scopeMapId\":1}}", "{\"properties\":{\"scopeMapId\":\"\"}}",
            "{\"properties\":{\"scopeMapId\":\"/\",\"credentials\":null}}", "{\"properties\":{\"scopeMapId\":\"_repositories_pull\",\"credentials\":{\"passwords\":[null]}}}",
            "{\"properties\":{\"scopeMapId\":\"_repositories_pull\",\"status\":\"on\"}}", "{\"properties\":{\"networkRuleSet\":{}}}", "{\"properties\":{\"networkRuleSet\":{\"defaultAction\":null}}}",
            "{\"properties\":{\"networkRuleSet\":{\"defaultAction\":\"Deny\",\"ipRules\":[null]}}}", "{\"properties\":{\"networkRuleSet\":{\"defaultAction\":\"Deny\",\"ipRules\":[{\"value\":null}]}}}",
            "{\"properties\":{\"policies\":{\"azureADAuthenticationAsArmPolicy\":{}}}}", "{\"properties\":{\"policies\":{\"trustPolicy\":null,\"retentionPolicy\":{\"days\":\"x\"}}}}", "{\"tags\":{\"a\":null}}", "{\"tags\":[]}",
            "{\"properties\":{\"principalId\":null,\"roleDefinitionId\":null}}", "{\"properties\":{\"principalId\":\"x\",\"roleDefinitionId\":\"\"}}", "{\"properties\":{\"principalId\":\"00000000-0000-0000-0000-000000000000\",\"roleDefinitionId\":\"AcrPull\",\"condition\":\"\"}}",
            "{\"properties\":{\"principalId\":\"00000000-0000-0000-0000-000000000000\",\"roleDefinitionId\":\"AcrPull\",\"repositoryPrefix\":\"../x\"}}",
            "{\"tokenId\":null}", "{\"tokenId\":\"\"}", "{\"tokenId\":\"/\",\"name\":\"password3\"}", "{\"tokenId\":\"absent\",\"expiry\":\"never\"}", "{\"name\":null}", "{\"name\":\"\\ud800\"}", "{\"enabled\":null}", "{\"principal\":null}",
            "{\"name\":\"a\",\"issuer\":\"https://issuer.example\",\"audiences\":[null],\"scopes\":[null],\"clientId\":\"c\"}", "{\"name\":\"b2\",\"issuer\":\"https://issuer.example\",\"audiences\":[\"x\"],\"scopes\":null}",
            "{\"name\":\"a\",\"issuer\":\"https://issuer.example\",\"subject\":\"s\",\"audiences\":[null],\"claims\":[null]}", "{\"token\":\"\"}", "{\"name\":\"a\",\"issuer\":\"https://issuer.example\",\"subject\":\"s\",\"audience\":\"x\",\"claims\":{\"a\":null}}", "{\"token\":\"a.b.c\"}",
            "{\"endTime\":\"0001-01-01T00:00:00Z\"}", "{\"endTime\":\"9999-12-31T23:59:59Z\",\"label\":\"\\u0000\"}", $"{{{colliding}}}", new string('[', 20_000),
        ];
        string[] paths =
        [
            "POST /gantry/v1/principals", $"PATCH /gantry/v1/principals/{Guid.NewGuid()}", $"POST /gantry/v1/principals/{Guid.NewGuid()}/secrets", "POST /gantry/v1/groups", $"POST /gantry/v1/groups/{Guid.NewGuid()}/members", "PATCH /gantry/v1/settings",
            "POST /gantry/v1/federation", "POST /gantry/v1/federation-test", $"POST /gantry/v1/principals/{Guid.NewGuid()}/federated-credentials",
            $"PATCH {Root}", $"PUT {Root}/scopeMaps/hostile", $"PATCH {Root}/scopeMaps/hostile", $"PUT {Root}/tokens/hostile", $"PATCH {Root}/tokens/hostile", $"POST {Root}/generateCredentials", $"POST {Root}/regenerateCredential",
            $"PUT {Root}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}", $"PUT {Root}/providers/Microsoft.Authorization/roleAssignments/%00", "POST /subscriptions/s/providers/Microsoft.ContainerRegistry/checkNameAvailability", $"POST {Root}/scheduleRun",
        ];
        var found = new List<string>();
        foreach (var path in paths)
        {
            foreach (var body in bodies)
            {
                var answer = await SendAsync(path.Split(' ')[0], path.Split(' ')[1], body);
                if (answer.Status >= 500)
                    found.Add($"{path} with {body[..Math.Min(body.Length, 100)]}: {answer.Status} {answer.Text}");
                if (path is "POST /gantry/v1/principals" or "POST /gantry/v1/groups" && body.Contains("\"b\"", StringComparison.Ordinal) && answer.Status != 400)
                    found.Add($"{path} takes a member twice: {answer.Status}");
            }
        }
        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Theory]
    [InlineData("//v2/_catalog")]
    [InlineData("/v2//_catalog")]
    [InlineData("/v2/../v2/_catalog")]
    [InlineData("/v2/%5fcatalog")]
    [InlineData("/V2/_catalog")]
    [InlineData("/v2%2f_catalog")]
    [InlineData("/v2/_catalog/")]
    [InlineData("/v2/_catalog;a=b")]
    [InlineData("/v2/secret%2Fapp/manifests/1.0")]
    [InlineData("/v2/secret%2fapp/tags/list")]
    [InlineData("/v2/secret/./app/tags/list")]
    [InlineData("/v2/team/../secret/app/tags/list")]
    [InlineData("/v2/team/%2e%2e/secret/app/tags/list")]
    [InlineData("/v2/team%2f..%2fsecret%2fapp/tags/list")]
    [InlineData("/v2/SECRET/app/tags/list")]
    [InlineData("/acr/v1/secret%2Fapp/_tags")]
    [InlineData("/ACR/V1/secret/app/_tags")]
    [InlineData("/acr/v1//secret/app")]
    [InlineData("/gantry/v1//principals")]
    [InlineData("/gantry/v1/Principals")]
    [InlineData("/GANTRY/v1/principals")]
    [InlineData("/gantry/v1/principals/")]
    [InlineData("/gantry/v1/%70rincipals")]
    [InlineData("/gantry/v1/../v1/principals")]
    [InlineData("//gantry/v1/principals")]
    [InlineData("/SUBSCRIPTIONS/s/RESOURCEGROUPS/g/PROVIDERS/microsoft.containerregistry/REGISTRIES/MYREGISTRY/TOKENS")]
    [InlineData("/subscriptions/s/resourcegroups/g/providers/microsoft.containerregistry/registries/myregistry/ScopeMaps")]
    [InlineData("/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/myregistry//tokens")]
    [InlineData("/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/myregistry/%74okens")]
    [InlineData("/subscriptions/s/resourceGroups/g%2f../providers/Microsoft.ContainerRegistry/registries/myregistry/tokens")]
    [InlineData("//subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/myregistry/tokens")]
    public async Task CVE_2020_13794_no_spelling_of_a_path_changes_who_may(string path)
    {
        await PushAsync("secret/app");
        var puller = RegistryInProcess.Basic(await _registry.AddPrincipalAsync("puller", "AcrPull", "team"));
        Assert.Contains((await RawAsync(path, null)).Status, (int[])[400, 401, 404]);
        Assert.Contains((await RawAsync(path, RegistryInProcess.Basic("nobody", "wrong"))).Status, (int[])[400, 401, 404]);
        Assert.Contains((await RawAsync(path, puller)).Status, (int[])[400, 401, 403, 404]);
    }

    [Fact]
    public async Task CVE_2020_13794_a_registry_and_a_name_that_there_are_look_like_those_that_there_are_not()
    {
        await PushAsync("secret/app");
        var puller = RegistryInProcess.Basic(await _registry.AddPrincipalAsync("puller", "AcrPull", "team"));
        var writer = RegistryInProcess.Basic(await _registry.AddPrincipalAsync("contributor", "Contributor"));
        foreach (var (authorization, known, unknown) in ((string?, string, string)[])
        [
            (null, "/v2/secret/app/manifests/1.0", "/v2/absent/app/manifests/1.0"), (puller, "/v2/secret/app/manifests/1.0", "/v2/absent/app/manifests/1.0"),
            (puller, "/v2/secret/app/tags/list", "/v2/absent/app/tags/list"), (puller, "/acr/v1/secret/app", "/acr/v1/absent/app"), (puller, "/acr/v1/secret/app/_manifests", "/acr/v1/absent/app/_manifests"),
            (null, $"/gantry/v1/principals/{_registry.Owner.AppId}", $"/gantry/v1/principals/{Guid.NewGuid()}"), (puller, $"/gantry/v1/principals/{_registry.Owner.AppId}", $"/gantry/v1/principals/{Guid.NewGuid()}"),
            (null, $"{Root}/tokens", $"{Root}x/tokens"), (puller, $"{Root}/scopeMaps/_repositories_pull", $"{Root}/scopeMaps/_repositories_none"), (writer, $"/gantry/v1/principals/{_registry.Owner.AppId}/reset", $"/gantry/v1/principals/{Guid.NewGuid()}/reset"),
        ])
        {
            var (there, absent) = (await SendAsync("GET", known, null, authorization ?? ""), await SendAsync("GET", unknown, null, authorization ?? ""));
            Assert.Equal(absent.Status, there.Status);
            Assert.Equal(Unnamed(absent.Text), Unnamed(there.Text));
            Assert.Equal(Unnamed(absent["WWW-Authenticate"] ?? ""), Unnamed(there["WWW-Authenticate"] ?? ""));
            Assert.Equal(absent.Headers.Keys.Order(StringComparer.Ordinal), there.Headers.Keys.Order(StringComparer.Ordinal));
        }

        static string Unnamed(string text) => text.Replace("secret/app", "NAME", StringComparison.Ordinal).Replace("absent/app", "NAME", StringComparison.Ordinal);
    }

    [Fact]
    public async Task CVE_2025_48374_no_secret_of_any_identity_reaches_the_log_an_error_or_the_metrics()
    {
        var canaries = new List<string> { _registry.Owner.Password };
        var answers = new StringBuilder();
        var pusher = await _registry.AddPrincipalAsync("pusher", "AcrPush");
        canaries.Add(pusher.Password);
        await SendAsync("PATCH", Root, """{"properties":{"adminUserEnabled":true}}""");
        await SendAsync("PUT", $"{Root}/tokens/canary-token", $$$"""{"properties":{"scopeMapId":"{{{Root}}}/scopeMaps/_repositories_pull"}}""");
        var generated = await SendAsync("POST", $"{Root}/generateCredentials", $$"""{"tokenId":"{{Root}}/tokens/canary-token"}""");
        var listed = await SendAsync("POST", $"{Root}/listCredentials");
        var renewed = await SendAsync("POST", $"{Root}/regenerateCredential", """{"name":"password"}""");
        canaries.AddRange(((WireAnswer[])[generated, listed, renewed]).SelectMany(answer => answer.Json.GetProperty("passwords").EnumerateArray()).Select(password => password.GetProperty("value").GetString()!));
        foreach (var (user, password) in ((string, string)[])[(pusher.AppId, pusher.Password), ("canary-token", canaries[2]), ("canary-token", canaries[3]), ("myregistry", renewed.Json.GetProperty("passwords")[0].GetProperty("value").GetString()!)])
        {
            var form = await FormAsync("/oauth2/token", $"grant_type=password&access_type=offline&service=x&scope=repository:a:pull&username={user}&password={password}");
            Assert.True(form.Status == 200, $"{user}: {form.Text}");
            var refresh = form.Json.GetProperty("refresh_token").GetString()!;
            var access = form.Json.GetProperty("access_token").GetString()!;
            canaries.AddRange([refresh, access, refresh.Split('.')[2], access.Split('.')[2], Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))[^24..]]);
            foreach (var odd in (string[])[password, refresh, access])
            {
                // Where it does not belong: in a path, a query, a name, a body that is none, half a header.
                answers.AppendLine((await SendAsync("GET", $"/v2/{odd[..40].ToLowerInvariant()}/tags/list?x={odd}", null, RegistryInProcess.Basic(odd, "x"))).Text);
                answers.AppendLine((await FormAsync("/oauth2/token", $"grant_type=refresh_token&refresh_token={odd}x")).Text);
                answers.AppendLine((await FormAsync("/oauth2/exchange", $"grant_type=access_token&service=x&access_token={odd}")).Text);
                answers.AppendLine((await FormAsync("/oauth2/token", $"grant_type=password&username={odd}&password={odd}")).Text);
                answers.AppendLine((await SendAsync("GET", "/v2/", null, $"Bearer {odd}x")).Text);
                answers.AppendLine((await SendAsync("GET", "/v2/", null, odd)).Text);
            }
            Assert.Equal(200, (await FormAsync("/oauth2/exchange", $"grant_type=refresh_token&service=x&refresh_token={refresh}")).Status);
            Assert.Equal(200, (await FormAsync("/oauth2/revoke", $"token={refresh}")).Status);
        }
        answers.AppendLine((await SendAsync("GET", "/metrics")).Text);
        foreach (var path in (string[])["/gantry/v1/principals", $"/gantry/v1/principals/{pusher.AppId}", $"{Root}/tokens", $"{Root}/tokens/canary-token", Root, "/gantry/v1/audit?n=1000", $"/gantry/v1/access/explain?identity=canary-token&action=pull&repository=a"])
        {
            var shown = await SendAsync("GET", path);
            Assert.Equal(200, shown.Status);
            answers.AppendLine(shown.Text);
        }
        var log = string.Join('\n', _registry.Log);
        var files = string.Concat(Directory.EnumerateFiles(_registry.Folder, "*audit*", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(_registry.Folder, "*.jsonl", SearchOption.AllDirectories)).Distinct().Select(ReadShared));
        Assert.Contains("/oauth2/exchange", log, StringComparison.Ordinal);
        foreach (var canary in canaries.Distinct().Where(canary => canary.Length > 10))
        {
            Assert.DoesNotContain(canary, log, StringComparison.Ordinal);
            Assert.DoesNotContain(canary, answers.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(canary, files, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/oauth2/token?redirect_uri=//evil.example")]
    [InlineData("/oauth2/token?service=x&redirect=https://evil.example&next=%5C%5Cevil.example")]
    [InlineData("/oauth2/login?redirect=//evil.example")]
    [InlineData("/oauth2/authorize?redirect_uri=https://evil.example")]
    [InlineData("//evil.example/%2e%2e")]
    [InlineData("/%5Cevil.example/")]
    [InlineData("/v2?//evil.example")]
    public async Task CVE_2024_22244_nothing_that_a_link_says_sends_a_browser_elsewhere(string path)
    {
        foreach (var authorization in (string?[])[null, _owner])
        {
            var answer = await RawAsync(path, authorization);
            Assert.False(answer.Status is >= 300 and < 400, $"{answer.Status}");
            Assert.Null(answer["Location"]);
            Assert.DoesNotContain("evil.example", answer["WWW-Authenticate"] ?? "", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_upload_session_is_its_owners_whatever_the_others_are_called_and_in_its_own_repository()
    {
        await SendAsync("PATCH", Root, """{"properties":{"adminUserEnabled":true}}""");
        var admin = RegistryInProcess.Basic("myregistry", (await SendAsync("POST", $"{Root}/listCredentials")).Json.GetProperty("passwords")[0].GetProperty("value").GetString()!);
        // A principal that is called as the token is, and the token itself.
        var twin = RegistryInProcess.Basic(await _registry.AddPrincipalAsync("twin-name", "AcrPush"));
        await SendAsync("PUT", $"{Root}/tokens/twin-name", $$$"""{"properties":{"scopeMapId":"{{{Root}}}/scopeMaps/_repositories_push"}}""");
        var token = RegistryInProcess.Basic("twin-name", (await SendAsync("POST", $"{Root}/generateCredentials", """{"tokenId":"twin-name"}""")).Json.GetProperty("passwords")[0].GetProperty("value").GetString()!);
        string[] all = [admin, twin, token, _owner];
        foreach (var one in all)
        {
            var location = (await SendAsync("POST", "/v2/a/blobs/uploads/", null, one))["Location"]!;
            var path = location.StartsWith('/') ? location : new Uri(location).PathAndQuery;
            foreach (var other in all.Where(other => other != one))
            {
                foreach (var method in (string[])["GET", "PATCH", "PUT", "DELETE"])
                    Assert.Equal((404, "BLOB_UPLOAD_UNKNOWN"), await CodeAsync(method, path, other));
            }
            foreach (var method in (string[])["GET", "PATCH", "PUT", "DELETE"])
                Assert.Equal((404, "BLOB_UPLOAD_UNKNOWN"), await CodeAsync(method, path.Replace("/v2/a/", "/v2/b/", StringComparison.Ordinal), one));
            Assert.Equal(204, (await SendAsync("GET", path, null, one)).Status);
        }
    }

    [Fact]
    public async Task CVE_2025_23208_whoever_leaves_a_group_has_its_rights_no_more_at_the_next_request()
    {
        await PushAsync("secret/app");
        var member = await _registry.AddPrincipalAsync("member", "AcrImageSigner");
        var group = (await SendAsync("POST", "/gantry/v1/groups", """{"name":"pullers"}""")).Json.GetProperty("appId").GetString()!;
        await SendAsync("PUT", $"{Root}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}", $"{{\"properties\":{{\"roleDefinitionId\":\"AcrPull\",\"principalId\":\"{group}\"}}}}");
        await SendAsync("POST", $"/gantry/v1/groups/{group}/members", $$"""{"principal":"{{member.AppId}}"}""");
        var basic = RegistryInProcess.Basic(member);
        var bearer = $"Bearer {(await SendAsync("GET", "/oauth2/token?scope=repository:secret/app:pull", null, basic)).Json.GetProperty("access_token").GetString()}";
        foreach (var authorization in (string[])[basic, bearer])
            Assert.Equal(200, (await SendAsync("GET", "/v2/secret/app/manifests/1.0", null, authorization)).Status);
        Assert.Equal(204, (await SendAsync("DELETE", $"/gantry/v1/groups/{group}/members/{member.AppId}")).Status);
        foreach (var authorization in (string[])[basic, bearer])
            Assert.Equal(401, (await SendAsync("GET", "/v2/secret/app/manifests/1.0", null, authorization)).Status);
    }

    private async Task<(int, string)> CodeAsync(string method, string path, string authorization)
    {
        var answer = await SendAsync(method, method == "PUT" ? $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}digest={RegistryScript.DigestOf("x")}" : path, method is "PUT" or "PATCH" ? "x" : null, authorization);
        return (answer.Status, answer.Code);
    }

    private Task<WireAnswer> SendAsync(string method, string path, string? body = null, string? authorization = null)
    {
        authorization ??= _owner;
        return _registry.SendAsync(method, path, body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body)), authorization.Length == 0 ? [] : [$"Authorization: {authorization}"]);
    }

    private Task<WireAnswer> FormAsync(string path, string form) => _registry.SendAsync("POST", path, new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded"));

    /// <summary>Sends the target as it is written: <see cref="Uri"/> would take its dots and slashes away.</summary>
    private async Task<WireAnswer> RawAsync(string target, string? authorization)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(_registry.Url.Host, _registry.Url.Port);
        await using var stream = client.GetStream();
        var head = $"GET {target} HTTP/1.1\r\nHost: {_registry.LoginServer}\r\nConnection: close\r\n{(authorization is null ? "" : $"Authorization: {authorization}\r\n")}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        using var reader = new StreamReader(stream);
        var text = await reader.ReadToEndAsync();
        var lines = text.Split("\r\n\r\n", 2)[0].Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).GroupBy(pair => pair[0]).ToDictionary(pair => pair.Key, pair => pair.First()[^1], StringComparer.OrdinalIgnoreCase);
        return new WireAnswer(int.Parse(lines[0].Split(' ')[1]), headers, Encoding.UTF8.GetBytes(text.Split("\r\n\r\n", 2)[^1]));
    }

    private async Task PushAsync(string repository)
    {
        var digest = RegistryScript.DigestOf("{}");
        Assert.Equal(201, (await SendAsync("POST", $"/v2/{repository}/blobs/uploads/?digest={digest}", "{}")).Status);
        var manifest = $$"""{"schemaVersion":2,"mediaType":"{{Image}}","config":{"mediaType":"application/vnd.example","digest":"{{digest}}","size":2},"layers":[]}""";
        Assert.Equal(201, (await _registry.SendAsync("PUT", $"/v2/{repository}/manifests/1.0", new StringContent(manifest), $"Authorization: {_owner}", $"Content-Type: {Image}")).Status);
    }

    private static string ReadShared(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }
}
