using System.Text;
using System.Text.Json;
using Gantry.Server.Tests.Access;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http.Token;

public sealed class TokenEndpointsTests
{
    private const string TokenUser = "00000000-0000-0000-0000-000000000000";

    [Fact]
    public async Task A_GET_with_Basic_answers_as_docker_and_oras_expect()
    {
        var clock = new TestClock();
        await using var registry = await RegistryInProcess.StartAsync(time: clock);
        var answer = await GetAsync(registry, "service=anything&scope=repository:samples/artifact:pull,push&scope=repository:other:pull", RegistryInProcess.Basic(registry.Owner));

        Assert.Equal(200, answer.Status);
        Assert.Equal("application/json; charset=utf-8", answer["Content-Type"]);
        Assert.Equal("no-store", answer["Cache-Control"]);
        Assert.Equal(answer.Json.GetProperty("token").GetString(), answer.Json.GetProperty("access_token").GetString());
        Assert.Equal(3600, answer.Json.GetProperty("expires_in").GetInt32());
        Assert.False(answer.Json.TryGetProperty("refresh_token", out _));
    }

    [Fact]
    public async Task An_access_token_claims_what_ACRs_do()
    {
        var clock = new TestClock();
        await using var registry = await RegistryInProcess.StartAsync(time: clock);
        var claims = Claims(await GetAsync(registry, "scope=repository:samples/artifact:pull,push", RegistryInProcess.Basic(registry.Owner)));

        Assert.Equal(["jti", "sub", "nbf", "exp", "iat", "iss", "aud", "version", "rid", "grant_type", "appid", "access", "roles"], claims.EnumerateObject().Select(claim => claim.Name));
        Assert.Equal(registry.Owner.AppId, claims.GetProperty("sub").GetString());
        Assert.Equal(registry.Owner.AppId, claims.GetProperty("appid").GetString());
        Assert.Equal("access_token", claims.GetProperty("grant_type").GetString());
        Assert.Equal("1.0", claims.GetProperty("version").GetString());
        Assert.Equal("[]", claims.GetProperty("roles").GetRawText());
        Assert.Equal("""[{"type":"repository","name":"samples/artifact","actions":["pull","push"]}]""", claims.GetProperty("access").GetRawText());
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(now - 900, claims.GetProperty("nbf").GetInt64());
        Assert.Equal(now - 900, claims.GetProperty("iat").GetInt64());
        Assert.Equal(now + 3600, claims.GetProperty("exp").GetInt64());
    }

    [Fact]
    public async Task A_token_that_would_be_refused_wherever_it_is_shown_is_not_issued()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var scopes = string.Concat(Enumerable.Range(0, 90).Select(i => $"&scope=repository:{new string('a', 200)}{i}:pull"));
        var answer = await PostAsync(registry, Password(registry) + scopes);
        Assert.Equal(400, answer.Status);
        Assert.Contains("ask for fewer at a time", answer.Json.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_refresh_token_that_signed_in_is_told_again()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var refresh = (await PostAsync(registry, Password(registry) + "&access_type=offline")).Json.GetProperty("refresh_token").GetString()!;
        var answer = await PostAsync(registry, $"grant_type=password&service=x&username={TokenUser}&password={refresh}&refresh_token=garbage&access_type=offline");
        Assert.Equal(200, answer.Status);
        Assert.False(answer.Json.TryGetProperty("refresh_token", out _));
    }

    [Fact]
    public async Task A_refresh_token_claims_what_ACRs_do_and_is_told_only_where_it_is_asked_for()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var silent = await PostAsync(registry, Password(registry));
        var told = await PostAsync(registry, Password(registry) + "&access_type=offline");
        var docker = await GetAsync(registry, "offline_token=true", RegistryInProcess.Basic(registry.Owner));

        Assert.False(silent.Json.TryGetProperty("refresh_token", out _));
        Assert.Equal(JsonValueKind.String, docker.Json.GetProperty("refresh_token").ValueKind);
        var claims = JsonDocument.Parse(AccessRoom.Decode(told.Json.GetProperty("refresh_token").GetString()!.Split('.')[1])).RootElement;
        Assert.Equal("refresh_token", claims.GetProperty("grant_type").GetString());
        Assert.Equal(registry.Owner.Tenant, claims.GetProperty("tenant").GetString());
        Assert.Equal(11_700, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.Equal("""{"actions":["read","write","delete","deleted/read"],"notActions":null}""", claims.GetProperty("permissions").GetRawText());
        Assert.False(claims.TryGetProperty("access", out _));
    }

    [Fact]
    public async Task A_refresh_token_earns_access_tokens_in_each_form_and_no_longer_session()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var refresh = (await PostAsync(registry, Password(registry) + "&access_type=offline")).Json.GetProperty("refresh_token").GetString()!;
        const string Scope = "&scope=repository:a:pull";

        Assert.Equal(["pull"], Actions(await PostAsync(registry, $"grant_type=refresh_token&service=x&refresh_token={refresh}{Scope}")));
        Assert.Equal(["pull"], Actions(await PostAsync(registry, $"grant_type=password&username={TokenUser}&password={refresh}{Scope}")));
        Assert.Equal(["pull"], Actions(await GetAsync(registry, "scope=repository:a:pull", RegistryInProcess.Basic(TokenUser, refresh))));
        Assert.Equal(200, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: {RegistryInProcess.Basic(TokenUser, refresh)}")).Status);

        var again = await PostAsync(registry, $"grant_type=refresh_token&access_type=offline&refresh_token={refresh}");
        Assert.Equal(refresh, again.Json.GetProperty("refresh_token").GetString());
        Assert.False((await GetAsync(registry, "offline_token=true", RegistryInProcess.Basic(TokenUser, refresh))).Json.TryGetProperty("refresh_token", out _));
    }

    [Fact]
    public async Task An_access_token_earns_no_other_one()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var access = (await GetAsync(registry, "scope=repository:a:pull", RegistryInProcess.Basic(registry.Owner))).Json.GetProperty("access_token").GetString()!;

        Assert.Equal(401, (await GetAsync(registry, "", $"Bearer {access}")).Status);
        Assert.Equal(401, (await GetAsync(registry, "", RegistryInProcess.Basic(TokenUser, access))).Status);
        Assert.Equal(401, (await PostAsync(registry, $"grant_type=refresh_token&refresh_token={access}")).Status);
        Assert.Equal(401, (await PostAsync(registry, $"grant_type=password&username={TokenUser}&password={access}")).Status);
        Assert.Equal(401, (await PostAsync(registry, $"grant_type=refresh_token&refresh_token={access}", "/oauth2/exchange")).Status);
    }

    [Fact]
    public async Task The_exchange_takes_our_own_refresh_token_and_no_token_of_an_issuer_that_nobody_trusts()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var refresh = (await PostAsync(registry, Password(registry) + "&access_type=offline")).Json.GetProperty("refresh_token").GetString()!;

        foreach (var grant in new[] { "refresh_token", "access_token_refresh_token" })
            Assert.Equal($$"""{"refresh_token":"{{refresh}}"}""", (await PostAsync(registry, $"grant_type={grant}&service=x&tenant=t&refresh_token={refresh}", "/oauth2/exchange")).Text);
        Assert.Equal(401, (await PostAsync(registry, "grant_type=access_token&service=x&access_token=eyJ", "/oauth2/exchange")).Status);
        var unknown = await PostAsync(registry, "grant_type=password&username=a&password=b", "/oauth2/exchange");
        Assert.Equal(400, unknown.Status);
        Assert.Contains("grant_type must be access_token", unknown.Message, StringComparison.Ordinal);
        Assert.Equal(401, (await PostAsync(registry, "grant_type=refresh_token&refresh_token=x.y.z", "/oauth2/exchange")).Status);
    }

    [Theory]
    [InlineData("grant_type=password&service=x&scope=repository:a:pull&refresh_token=")]
    [InlineData("grant_type=password&service=x&scope=repository:a:pull")]
    public async Task The_Azure_SDKs_ask_for_an_anonymous_token_by_a_password_grant_without_user(string form)
    {
        await using var open = await RegistryInProcess.StartAsync(options => options with { AnonymousPull = true });
        var answer = await PostAsync(open, form);
        Assert.Equal(["pull"], Actions(answer));
        Assert.Equal("acr_anon_pull", Claims(answer).GetProperty("sub").GetString());
        Assert.Equal(1200, answer.Json.GetProperty("expires_in").GetInt32());
    }

    [Fact]
    public async Task An_anonymous_token_allows_what_the_policy_does_at_each_request()
    {
        await using var closed = await RegistryInProcess.StartAsync();
        var answer = await GetAsync(closed, "scope=repository:a:pull,push&scope=registry:catalog:*", authorization: null);
        Assert.Equal(200, answer.Status);
        Assert.Empty(Actions(answer));

        await using var open = await RegistryInProcess.StartAsync(options => options with { AnonymousPull = true });
        var pull = await GetAsync(open, "scope=repository:a:pull,push,delete", authorization: null);
        Assert.Equal(["pull"], Actions(pull));
        var token = pull.Json.GetProperty("access_token").GetString();
        Assert.Equal("MANIFEST_UNKNOWN", (await open.SendAsync("GET", "/v2/a/manifests/latest", null, $"Authorization: Bearer {token}")).Code);
        Assert.Equal(401, (await open.SendAsync("GET", "/v2/b/manifests/latest", null, $"Authorization: Bearer {token}")).Status);
        Assert.Equal(401, (await open.SendAsync("POST", "/v2/a/blobs/uploads/", null, $"Authorization: Bearer {token}")).Status);
    }

    [Theory]
    [InlineData("scope=registry:None:*", "[]")]
    [InlineData("scope=registry:catalog:*+repository:*:*", """["*"],["delete","deleted_read","deleted_restore","metadata_read","metadata_write","pull","push"]""")]
    [InlineData("scope=repository:a/b:pull,push+repository:c:pull", """["pull","push"],["pull"]""")]
    [InlineData("scope=repository:a:pull&scope=repository:a:push", """["pull","push"]""")]
    [InlineData("scope=repository(plugin):x:pull", """["pull"]""")]
    [InlineData("scope=repository:UPPER:pull", "[]")]
    [InlineData("scope=repository:a:fly", "[]")]
    [InlineData("scope=artifact-repository:a:pull", "[]")]
    [InlineData("scope=", "")]
    [InlineData("scope=nonsense", "")]
    [InlineData("service=", "")]
    public async Task Asking_oddly_or_for_too_much_is_no_error(string query, string actions)
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var granted = Claims(await GetAsync(registry, query, RegistryInProcess.Basic(registry.Owner))).GetProperty("access").EnumerateArray().Select(access => access.GetProperty("actions"));
        Assert.Equal(actions, string.Join(',', granted.Select(each => $"[{string.Join(',', each.EnumerateArray().Select(action => $"\"{action.GetString()}\"").Order(StringComparer.Ordinal))}]")));
    }

    [Fact]
    public async Task CVE_2020_29662_wrong_credentials_get_one_answer_whoever_they_name()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        WireAnswer[] answers =
        [
            await GetAsync(registry, "", RegistryInProcess.Basic(registry.Owner.AppId, "wrong")),
            await GetAsync(registry, "", RegistryInProcess.Basic(Guid.NewGuid().ToString(), "wrong")),
            await GetAsync(registry, "", RegistryInProcess.Basic("nobody", registry.Owner.Password)),
            await GetAsync(registry, "", RegistryInProcess.Basic(TokenUser, "x.y.z")),
            await GetAsync(registry, "", "Basic ***"),
            await PostAsync(registry, $"grant_type=password&username={registry.Owner.AppId}&password=wrong"),
            await PostAsync(registry, $"grant_type=password&username={registry.Owner.AppId}"),
            await PostAsync(registry, $"grant_type=password&password={registry.Owner.Password}"),
            await PostAsync(registry, "grant_type=refresh_token&refresh_token=x"),
            await PostAsync(registry, "grant_type=refresh_token"),
        ];
        Assert.All(answers, answer => Assert.Equal((401, "UNAUTHORIZED", answers[0].Text, answers[0]["WWW-Authenticate"]), (answer.Status, answer.Code, answer.Text, answer["WWW-Authenticate"])));
    }

    [Theory]
    [InlineData("application/json", "{}", 400)]
    [InlineData("multipart/form-data; boundary=x", "--x--", 400)]
    [InlineData("application/x-www-form-urlencoded", "", 400)]
    [InlineData("application/x-www-form-urlencoded", "grant_type=client_credentials", 400)]
    [InlineData("application/x-www-form-urlencoded", "grant_type=password&grant_type=refresh_token", 400)]
    [InlineData("application/x-www-form-urlencoded", "grant_type=password&username=a&username=b&password=c", 400)]
    [InlineData("application/x-www-form-urlencoded; charset=utf-8", "grant_type=password", 200)]
    public async Task A_form_is_a_form(string type, string body, int status)
    {
        await using var registry = await RegistryInProcess.StartAsync();
        Assert.Equal(status, (await registry.SendAsync("POST", "/oauth2/token", new StringContent(body), $"Content-Type: {type}")).Status);
    }

    [Fact]
    public async Task A_form_is_bounded_in_bytes_fields_and_scopes()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        Assert.Equal(413, (await PostAsync(registry, "grant_type=password&password=" + new string('a', 70_000))).Status);
        Assert.Equal(400, (await PostAsync(registry, string.Join('&', Enumerable.Range(0, 2000).Select(i => $"f{i}=1")))).Status);
        Assert.Equal(400, (await PostAsync(registry, "grant_type=password" + string.Concat(Enumerable.Range(0, 101).Select(i => $"&scope=repository:r{i}:pull")))).Status);
        Assert.Equal(413, (await registry.SendAsync("POST", "/oauth2/token", new StreamContent(new MemoryStream(new byte[70_000])), "Content-Type: application/x-www-form-urlencoded", "Transfer-Encoding: chunked")).Status);
    }

    [Theory]
    [InlineData("PUT", "/oauth2/token", 405)]
    [InlineData("GET", "/oauth2/exchange", 405)]
    [InlineData("POST", "/oauth2/keys", 405)]
    [InlineData("GET", "/oauth2/keys", 200)]
    [InlineData("GET", "/oauth2/", 404)]
    [InlineData("GET", "/oauth2/token/", 404)]
    [InlineData("GET", "/OAUTH2/token", 404)]
    [InlineData("GET", "//oauth2/token", 404)]
    public async Task Paths_and_methods_are_exact(string method, string path, int status)
    {
        await using var registry = await RegistryInProcess.StartAsync();
        Assert.Equal(status, (await registry.SendAsync(method, path)).Status);
    }

    [Fact]
    public async Task CVE_2025_48374_no_secret_reaches_the_log()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        var told = await PostAsync(registry, Password(registry) + "&access_type=offline");
        var (access, refresh) = (told.Json.GetProperty("access_token").GetString()!, told.Json.GetProperty("refresh_token").GetString()!);
        var reader = await registry.AddPrincipalAsync("reader", "AcrPull");
        await GetAsync(registry, $"account={registry.Owner.AppId}&password={registry.Owner.Password}&refresh_token={refresh}", RegistryInProcess.Basic(registry.Owner));
        await registry.SendAsync("GET", $"/v2/?token={access}", null, $"Authorization: Bearer {access}");
        await registry.SendAsync("GET", "/v2/", null, $"Authorization: Bearer {access}x");
        await PostAsync(registry, $"grant_type=password&username=x&password={registry.Owner.Password}");
        await registry.SendAsync("POST", "/gantry/v1/principals", new StringContent($"{{\"name\":\"{registry.Owner.Password}"), $"Authorization: {RegistryInProcess.Basic(registry.Owner)}");

        var log = string.Join('\n', registry.Log);
        Assert.Contains("/oauth2/token 200", log, StringComparison.Ordinal);
        foreach (var secret in new[] { registry.Owner.Password, reader.Password, access, refresh, access.Split('.')[2], Convert.ToBase64String(Encoding.UTF8.GetBytes(registry.Owner.Password))[..20] })
            Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
    }

    private static string Password(RegistryInProcess registry) =>
        $"grant_type=password&service=x&scope=repository:a:pull&username={registry.Owner.AppId}&password={registry.Owner.Password}";

    private static Task<WireAnswer> GetAsync(RegistryInProcess registry, string query, string? authorization) =>
        registry.SendAsync("GET", $"/oauth2/token?{query}", null, authorization is null ? [] : [$"Authorization: {authorization}"]);

    private static Task<WireAnswer> PostAsync(RegistryInProcess registry, string form, string path = "/oauth2/token") =>
        registry.SendAsync("POST", path, new StringContent(form), "Content-Type: application/x-www-form-urlencoded");

    private static JsonElement Claims(WireAnswer answer) =>
        JsonDocument.Parse(AccessRoom.Decode(answer.Json.GetProperty("access_token").GetString()!.Split('.')[1])).RootElement;

    private static IEnumerable<string?> Actions(WireAnswer answer) =>
        Claims(answer).GetProperty("access").EnumerateArray().SelectMany(access => access.GetProperty("actions").EnumerateArray()).Select(action => action.GetString());
}
