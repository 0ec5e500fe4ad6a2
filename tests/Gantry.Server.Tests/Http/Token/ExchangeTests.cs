using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Protocol.Token;
using Gantry.Testing;
using Gantry.Testing.Access;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http.Token;

/// <summary>Tokens of an outside issuer, exchanged at a whole server for ones that open it.</summary>
public sealed class ExchangeTests : IAsyncLifetime
{
    private const string Exchange = "/oauth2/exchange";
    private const string TokenUser = "00000000-0000-0000-0000-000000000000";

    private RegistryInProcess _registry = null!;
    private TestIssuer _issuer = null!;

    public async ValueTask InitializeAsync()
    {
        _issuer = await TestIssuer.StartAsync(TimeProvider.System);
        _registry = await RegistryInProcess.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_jobs_token_stands_for_the_principal_whose_credential_means_it()
    {
        await TrustAsync();
        var job = await _registry.AddPrincipalAsync("job", "AcrPush", "samples");
        await AddCredentialAsync(job.AppId, """{"name":"main","issuer":"ISSUER","subject":"repo:org/app:ref:refs/heads/main","audience":"gantry","claims":{"repository":"org/app","ref_protected":"true"}}""");

        var refresh = (await ExchangedAsync(_issuer.Sign(_issuer.Claims()))).GetProperty("refresh_token").GetString()!;
        // As docker and oras use it after az acr login.
        var token = await _registry.SendAsync("GET", "/oauth2/token?service=x&scope=repository:samples/a:pull,push&scope=repository:other:pull", null, $"Authorization: {RegistryInProcess.Basic(TokenUser, refresh)}");
        Assert.Equal(200, token.Status);
        var access = token.Json.GetProperty("access_token").GetString();
        Assert.Equal(202, (await _registry.SendAsync("POST", "/v2/samples/a/blobs/uploads/", null, $"Authorization: Bearer {access}")).Status);
        Assert.Equal(401, (await _registry.SendAsync("POST", "/v2/other/blobs/uploads/", null, $"Authorization: Bearer {access}")).Status);

        // Removed, the credential's tokens end, and nobody earns a new one.
        Assert.Equal(204, (await OwnerAsync("DELETE", $"/gantry/v1/principals/{job.AppId}/federated-credentials/main")).Status);
        Assert.Equal(401, (await _registry.SendAsync("POST", "/v2/samples/a/blobs/uploads/", null, $"Authorization: Bearer {access}")).Status);
        await RefusedAsync(_issuer.Sign(_issuer.Claims()));
    }

    [Fact]
    public async Task A_wrong_repository_branch_or_workflow_is_refused_in_the_ordinary_words()
    {
        await TrustAsync();
        var job = await _registry.AddPrincipalAsync("job", "AcrPush");
        await AddCredentialAsync(job.AppId, """{"name":"main","issuer":"ISSUER","subject":"repo:org/*","audience":"gantry","flexible":true,"claims":{"repository":"org/app","ref":"refs/heads/main"}}""");
        await ExchangedAsync(_issuer.Sign(_issuer.Claims()));
        await RefusedAsync(_issuer.Sign(_issuer.Claims("org/other")));
        await RefusedAsync(_issuer.Sign(_issuer.Claims("org-evil/app")));
        await RefusedAsync(_issuer.Sign(_issuer.Claims(reference: "refs/heads/feature")));
        var wrong = _issuer.Claims();
        wrong["aud"] = "another";
        await RefusedAsync(_issuer.Sign(wrong));
        await RefusedAsync("");
        await RefusedAsync("a.b.c");
        // The log says why, and holds no token.
        Assert.Contains(_registry.Log, line => line.Contains("the claim repository is 'org/other', not 'org/app'", StringComparison.Ordinal));
        Assert.DoesNotContain(_registry.Log, line => line.Contains("eyJ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_taken_from_an_issuer_that_is_not_trusted_or_no_longer()
    {
        await RefusedAsync(_issuer.Sign(_issuer.Claims()));
        Assert.Empty(_issuer.Peer.Requests);
        await TrustAsync();
        var job = await _registry.AddPrincipalAsync("job", "AcrPush");
        await AddCredentialAsync(job.AppId, """{"name":"main","issuer":"ISSUER","subject":"repo:org/app:ref:refs/heads/main","audience":"gantry"}""");
        await ExchangedAsync(_issuer.Sign(_issuer.Claims()));
        Assert.Equal(204, (await OwnerAsync("DELETE", "/gantry/v1/federation/actions")).Status);
        await RefusedAsync(_issuer.Sign(_issuer.Claims()));
        Assert.Equal(404, (await OwnerAsync("DELETE", "/gantry/v1/federation/actions")).Status);
    }

    [Fact]
    public async Task A_token_that_means_two_principals_means_none()
    {
        await TrustAsync();
        foreach (var name in new[] { "one", "two" })
            await AddCredentialAsync((await _registry.AddPrincipalAsync(name, "AcrPush")).AppId, """{"name":"main","issuer":"ISSUER","subject":"repo:org/app:ref:refs/heads/main","audience":"gantry"}""");
        await RefusedAsync(_issuer.Sign(_issuer.Claims()));
    }

    [Fact]
    public async Task The_standard_exchange_answers_as_RFC_8693_says()
    {
        await TrustAsync();
        var job = await _registry.AddPrincipalAsync("job", "AcrPull");
        await AddCredentialAsync(job.AppId, """{"name":"main","issuer":"ISSUER","subject":"repo:org/app:ref:refs/heads/main","audience":"gantry"}""");
        var form = $"grant_type={Uri.EscapeDataString("urn:ietf:params:oauth:grant-type:token-exchange")}&subject_token={_issuer.Sign(_issuer.Claims())}&subject_token_type={Uri.EscapeDataString("urn:ietf:params:oauth:token-type:jwt")}";
        var answer = await PostAsync(form);
        Assert.Equal(200, answer.Status);
        Assert.Equal("urn:ietf:params:oauth:token-type:refresh_token", answer.Json.GetProperty("issued_token_type").GetString());
        Assert.Equal("N_A", answer.Json.GetProperty("token_type").GetString());
        Assert.Equal("no-store", answer["Cache-Control"]);
        Assert.Equal(200, (await _registry.SendAsync("GET", "/v2/", null, $"Authorization: {RegistryInProcess.Basic(TokenUser, answer.Json.GetProperty("access_token").GetString()!)}")).Status);
    }

    [Fact]
    public async Task A_person_becomes_a_user_at_the_first_sign_in_and_CVE_2025_23208_leaves_groups_at_the_next()
    {
        await TrustAsync("""{"name":"people","issuer":"ISSUER","clientId":"gantry-cli","scopes":["profile","groups"],"groupsClaim":"groups","people":true,"allowPrivateAddresses":true}""");
        var first = await PersonAsync("ada-1", "developers", "ops");
        Assert.Equal(401, (await UploadAsync(first)).Status);

        // Rights are given to the group that the issuer names.
        var principals = (await OwnerAsync("GET", "/gantry/v1/principals")).Json.GetProperty("principals").EnumerateArray().ToList();
        var user = principals.Single(principal => principal.GetProperty("kind").GetString() == "User");
        Assert.Equal("ada", user.GetProperty("displayName").GetString());
        var group = principals.Single(principal => principal.GetProperty("kind").GetString() == "Group" && principal.GetProperty("name").GetString()!.EndsWith(":developers", StringComparison.Ordinal));
        var path = $"/subscriptions/{Guid.Empty}/resourceGroups/gantry/providers/Microsoft.ContainerRegistry/registries/myregistry/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01";
        var assigned = await OwnerAsync("PUT", path, $$$"""{"properties":{"roleDefinitionId":"8311e382-0749-4cb8-b61a-304f252e45ec","principalId":"{{{group.GetProperty("appId").GetString()}}}"}}""");
        Assert.True(assigned.Status is 200 or 201, assigned.Text);
        Assert.Equal(202, (await UploadAsync(first)).Status);

        // The next sign-in names the groups of then; what was earned before ends with them.
        var second = await PersonAsync("ada-1", "ops");
        Assert.Equal(401, (await UploadAsync(second)).Status);
        Assert.Equal(401, (await UploadAsync(first)).Status);
        Assert.Single((await OwnerAsync("GET", "/gantry/v1/principals")).Json.GetProperty("principals").EnumerateArray(), principal => principal.GetProperty("kind").GetString() == "User");
    }

    [Fact]
    public async Task A_persons_ID_token_counts_only_at_the_registry_that_it_was_made_for()
    {
        await TrustAsync(People);
        var host = (await _registry.SendAsync("GET", "/v2/"))["WWW-Authenticate"]!.Split('/')[2];
        var claims = Person("ada-1");
        claims["nonce"] = SignInNonce.Of(host, "seed");
        var token = _issuer.Sign(claims);
        foreach (var more in new[] { "", "&nonce_seed=other", "&nonce_seed=" })
            Assert.Equal(401, (await PostAsync($"grant_type=access_token&service=x&access_token={token}{more}")).Status);
        Assert.Equal(200, (await PostAsync($"grant_type=access_token&service=x&access_token={token}&nonce_seed=seed")).Status);

        // What another registry had made for itself opens nothing here.
        claims["nonce"] = SignInNonce.Of("evil.example", "seed");
        Assert.Equal(401, (await PostAsync($"grant_type=access_token&service=x&access_token={_issuer.Sign(claims)}&nonce_seed=seed")).Status);
        claims["nonce"] = new JsonArray("x");
        Assert.Equal(401, (await PostAsync($"grant_type=access_token&service=x&access_token={_issuer.Sign(claims)}&nonce_seed=seed")).Status);
        Assert.Contains(_registry.Log, line => line.Contains("its nonce was not made for a sign-in at", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_an_issuers_people_only_those_whom_its_claims_mean_become_users()
    {
        await TrustAsync(People.Replace("\"people\":true", "\"people\":true,\"peopleClaims\":{\"hd\":\"example.com\"}", StringComparison.Ordinal));
        Assert.Equal("example.com", (await OwnerAsync("GET", "/gantry/v1/federation/people")).Json.GetProperty("peopleClaims").GetProperty("hd").GetString());
        var claims = Person("ada-1");
        await RefusedAsync(_issuer.Sign(claims));
        claims["hd"] = "evil.example";
        await RefusedAsync(_issuer.Sign(claims));
        Assert.DoesNotContain((await OwnerAsync("GET", "/gantry/v1/principals")).Json.GetProperty("principals").EnumerateArray(), principal => principal.GetProperty("kind").GetString() == "User");
        claims["hd"] = "example.com";
        await ExchangedAsync(_issuer.Sign(claims));
    }

    [Fact]
    public async Task A_token_without_a_time_signs_nobody_in_and_an_older_one_brings_no_group_back()
    {
        await TrustAsync(People);
        var claims = Person("ada-1", "developers");
        var old = _issuer.Sign(claims);
        claims.Remove("iat");
        await RefusedAsync(_issuer.Sign(claims));

        await ExchangedAsync(old);
        claims["iat"] = claims["nbf"]!.GetValue<long>() + 10;
        claims["groups"] = new JsonArray();
        await ExchangedAsync(_issuer.Sign(claims));
        await ExchangedAsync(old);
        var group = (await OwnerAsync("GET", "/gantry/v1/principals")).Json.GetProperty("principals").EnumerateArray().Single(principal => principal.GetProperty("kind").GetString() == "Group");
        Assert.DoesNotContain("ada", (await OwnerAsync("GET", $"/gantry/v1/groups/{group.GetProperty("appId").GetString()}/members")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_for_the_management_API_are_taken_while_the_policy_says_so()
    {
        await TrustAsync("""{"name":"actions","issuer":"ISSUER","audiences":["https://management.azure.com/","gantry"],"allowPrivateAddresses":true}""");
        var job = await _registry.AddPrincipalAsync("job", "AcrPush");
        await AddCredentialAsync(job.AppId, """{"name":"arm","issuer":"ISSUER","subject":"repo:org/app:ref:refs/heads/main","audience":"https://management.azure.com/"}""");
        await AddCredentialAsync(job.AppId, """{"name":"own","issuer":"ISSUER","subject":"repo:org/app:ref:refs/heads/main","audience":"gantry"}""");
        var arm = _issuer.Claims();
        arm["aud"] = "https://management.azure.com/";
        await ExchangedAsync(_issuer.Sign(arm));

        var path = $"/subscriptions/{Guid.Empty}/resourceGroups/gantry/providers/Microsoft.ContainerRegistry/registries/myregistry?api-version=2023-07-01";
        Assert.Equal(200, (await OwnerAsync("PATCH", path, """{"properties":{"policies":{"azureADAuthenticationAsArmPolicy":{"status":"disabled"}}}}""")).Status);
        await RefusedAsync(_issuer.Sign(arm));
        await ExchangedAsync(_issuer.Sign(_issuer.Claims()));
    }

    [Fact]
    public async Task What_an_issuer_earned_a_service_principal_ends_with_it()
    {
        await TrustAsync();
        var job = await _registry.AddPrincipalAsync("job", "AcrPush");
        await AddCredentialAsync(job.AppId, """{"name":"main","issuer":"ISSUER","subject":"repo:org/app:ref:refs/heads/main","audience":"gantry"}""");
        var refresh = (await ExchangedAsync(_issuer.Sign(_issuer.Claims()))).GetProperty("refresh_token").GetString()!;
        Assert.Equal(202, (await UploadAsync(refresh)).Status);
        Assert.Equal(204, (await OwnerAsync("DELETE", "/gantry/v1/federation/actions")).Status);
        Assert.Equal(401, (await UploadAsync(refresh)).Status);
    }

    [Fact]
    public async Task Everybody_learns_where_people_sign_in_and_nothing_else_of_an_issuer()
    {
        Assert.Equal("""{"issuers":[]}""", (await _registry.SendAsync("GET", "/gantry/v1/sign-in")).Text);
        await TrustAsync();
        await TrustAsync("""{"name":"people","issuer":"https://login.example","clientId":"gantry-cli","scopes":["profile"],"people":true}""");
        var answer = await _registry.SendAsync("GET", "/gantry/v1/sign-in");
        Assert.Equal("""{"issuers":[{"name":"people","issuer":"https://login.example","clientId":"gantry-cli","scopes":["profile"]}]}""", answer.Text);
        foreach (var path in new[] { "federation", "federation/people" })
        {
            Assert.Equal(200, (await OwnerAsync("GET", $"/gantry/v1/{path}")).Status);
            Assert.Equal(401, (await _registry.SendAsync("GET", $"/gantry/v1/{path}")).Status);
        }
    }

    [Fact]
    public async Task Only_who_may_rule_access_trusts_an_issuer_and_only_operators_open_private_addresses()
    {
        var pusher = await _registry.AddPrincipalAsync("pusher", "AcrPush");
        var body = """{"name":"x","issuer":"https://issuer.example","audiences":["a"]}""";
        Assert.Equal(403, (await _registry.SendAsync("POST", "/gantry/v1/federation", new StringContent(body), $"Authorization: {RegistryInProcess.Basic(pusher)}")).Status);
        Assert.Equal(403, (await _registry.SendAsync("GET", "/gantry/v1/federation", null, $"Authorization: {RegistryInProcess.Basic(pusher)}")).Status);
        foreach (var bad in new[] { "{}", """{"name":"x","issuer":"http://issuer.example","audiences":["a"]}""", """{"name":"x","issuer":"https://issuer.example"}""", """{"name":"x","issuer":"https://issuer.example","audiences":["a"],"people":true}""", """{"name":"x","name":"y","issuer":"https://issuer.example","audiences":["a"]}""" })
            Assert.Equal(400, (await OwnerAsync("POST", "/gantry/v1/federation", bad)).Status);
        Assert.Equal(201, (await OwnerAsync("POST", "/gantry/v1/federation", body)).Status);
        Assert.Equal(409, (await OwnerAsync("POST", "/gantry/v1/federation", body)).Status);
        Assert.Equal(409, (await OwnerAsync("POST", "/gantry/v1/federation", body.Replace("\"x\"", "\"other\"", StringComparison.Ordinal))).Status);
        Assert.Equal(200, (await OwnerAsync("PUT", "/gantry/v1/federation/x", body)).Status);
        Assert.Equal(400, (await OwnerAsync("PUT", "/gantry/v1/federation/y", body)).Status);
    }

    [Fact]
    public async Task A_test_says_what_a_token_would_come_to_and_signs_nobody_in()
    {
        await TrustAsync();
        var job = await _registry.AddPrincipalAsync("job", "AcrPush");
        await AddCredentialAsync(job.AppId, """{"name":"main","issuer":"ISSUER","subject":"repo:org/app:ref:refs/heads/main","audience":"gantry"}""");
        var good = (await TestAsync(_issuer.Sign(_issuer.Claims()))).Json;
        Assert.Equal(job.AppId, good.GetProperty("appId").GetString());
        var bad = (await TestAsync(_issuer.Sign(_issuer.Claims("org/other")))).Json;
        Assert.Contains("no federated credential means it", bad.GetProperty("verdict").GetString(), StringComparison.Ordinal);
        Assert.Contains("the subject is", bad.GetProperty("credentials")[0].GetProperty("whyNot").GetString(), StringComparison.Ordinal);
        Assert.Contains("not a signed JWT", (await TestAsync("x")).Json.GetProperty("verdict").GetString(), StringComparison.Ordinal);
    }

    private Task<WireAnswer> TestAsync(string token) => OwnerAsync("POST", "/gantry/v1/federation-test", new JsonObject { ["token"] = token }.ToJsonString());

    private const string People = """{"name":"people","issuer":"ISSUER","clientId":"gantry-cli","groupsClaim":"groups","people":true,"allowPrivateAddresses":true}""";

    private async Task<string> PersonAsync(string subject, params string[] groups) =>
        (await ExchangedAsync(_issuer.Sign(Person(subject, groups)))).GetProperty("refresh_token").GetString()!;

    private JsonObject Person(string subject, params string[] groups)
    {
        var claims = _issuer.Claims();
        claims["sub"] = subject;
        claims["aud"] = "gantry-cli";
        claims["preferred_username"] = "ada";
        claims["groups"] = new JsonArray([.. groups.Select(group => JsonValue.Create(group))]);
        return claims;
    }

    private Task<WireAnswer> UploadAsync(string refresh) =>
        _registry.SendAsync("POST", "/v2/samples/a/blobs/uploads/", null, $"Authorization: {RegistryInProcess.Basic(TokenUser, refresh)}");

    private async Task TrustAsync(string issuer = """{"name":"actions","issuer":"ISSUER","audiences":["gantry"],"allowPrivateAddresses":true}""")
    {
        var answer = await OwnerAsync("POST", "/gantry/v1/federation", issuer.Replace("ISSUER", _issuer.Address, StringComparison.Ordinal));
        Assert.True(answer.Status == 201, answer.Text);
    }

    private async Task AddCredentialAsync(string appId, string credential)
    {
        var answer = await OwnerAsync("POST", $"/gantry/v1/principals/{appId}/federated-credentials", credential.Replace("ISSUER", _issuer.Address, StringComparison.Ordinal));
        Assert.True(answer.Status == 201, answer.Text);
    }

    private async Task<JsonElement> ExchangedAsync(string token)
    {
        var answer = await PostAsync($"grant_type=access_token&service=myregistry&tenant=x&access_token={token}");
        Assert.True(answer.Status == 200, $"{answer.Text}\n{string.Join('\n', _registry.Log)}");
        return answer.Json;
    }

    private async Task RefusedAsync(string token)
    {
        var answer = await PostAsync($"grant_type=access_token&service=myregistry&access_token={token}");
        Assert.Equal(401, answer.Status);
        Assert.Equal("authentication required, visit https://aka.ms/acr/authorization for more information.", answer.Message);
    }

    private Task<WireAnswer> PostAsync(string form) => _registry.SendAsync("POST", Exchange, new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded"));

    private Task<WireAnswer> OwnerAsync(string method, string path, string? body = null) =>
        _registry.SendAsync(method, path, body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"), $"Authorization: {RegistryInProcess.Basic(_registry.Owner)}");
}
