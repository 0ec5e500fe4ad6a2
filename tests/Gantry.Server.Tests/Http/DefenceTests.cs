using System.Text;
using Gantry.Server.Defence;
using Gantry.Server.Tests.Defence;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http;

public sealed class DefenceTests
{
    [Fact]
    public async Task Endings_of_made_up_tokens_are_counted_as_wrong_sign_ins_are()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Defence = DefenceOptions.Off with { FailuresPerAddress = 3 } });
        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
            statuses.Add((await registry.SendAsync("POST", "/oauth2/revoke", new StringContent($"token=x.y.{i}", System.Text.Encoding.UTF8, "application/x-www-form-urlencoded"))).Status);
        Assert.Equal([200, 200, 200, 429, 429], statuses);
    }

    [Fact]
    public async Task Wrong_passwords_are_told_to_wait_and_right_ones_still_work()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Defence = DefenceOptions.Off with { FailuresPerAddress = 3 } });
        for (var i = 0; i < 3; i++)
            Assert.Equal(401, (await registry.SendAsync("GET", "/v2/", null, Wrong(Guid.NewGuid().ToString()))).Status);

        var late = await registry.SendAsync("GET", "/v2/", null, Wrong(registry.Owner.AppId));
        AssertTurnedAway(late);
        Assert.Null(late["WWW-Authenticate"]);
        AssertTurnedAway(await registry.SendAsync("GET", "/oauth2/token?service=a", null, Wrong(registry.Owner.AppId)));
        AssertTurnedAway(await PostAsync(registry, registry.Owner.AppId, "wrong"));

        Assert.Equal(200, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: {RegistryInProcess.Basic(registry.Owner)}")).Status);
        var signedIn = await PostAsync(registry, registry.Owner.AppId, registry.Owner.Password);
        Assert.Equal(200, signedIn.Status);
        var token = signedIn.Json.GetProperty("access_token").GetString();
        Assert.Equal(200, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: Bearer {token}")).Status);
    }

    [Fact]
    public async Task A_name_that_nobody_bears_is_answered_as_one_that_somebody_does()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Defence = DefenceOptions.Off with { FailuresPerAddress = 0, FailuresPerName = 2 } });
        foreach (var name in (string[])[registry.Owner.AppId, Guid.NewGuid().ToString()])
        {
            var answers = new List<WireAnswer>();
            for (var i = 0; i < 3; i++)
                answers.Add(await registry.SendAsync("GET", "/v2/", null, Wrong(name)));
            Assert.Equal([401, 401, 429], answers.Select(answer => answer.Status));
            Assert.Equal(Expected(), answers.Select(answer => answer.Text));
        }

        static string[] Expected() =>
        [
            .. Enumerable.Repeat("""{"errors":[{"code":"UNAUTHORIZED","message":"authentication required, visit https://aka.ms/acr/authorization for more information.","detail":null}]}""" + "\n", 2),
            """{"errors":[{"code":"TOOMANYREQUESTS","message":"too many failed sign-ins, please wait","detail":null}]}""" + "\n",
        ];
    }

    [Fact]
    public async Task A_token_that_is_none_is_refused_and_never_told_to_wait()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Defence = DefenceOptions.Off with { FailuresPerAddress = 1 } });
        for (var i = 0; i < 5; i++)
        {
            var answer = await registry.SendAsync("GET", "/v2/a/manifests/latest", null, "Authorization: Bearer nonsense");
            Assert.Equal(401, answer.Status);
            Assert.Contains("error=\"invalid_token\"", answer["WWW-Authenticate"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_refresh_token_that_ended_is_no_wrong_password()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Defence = DefenceOptions.Off with { FailuresPerAddress = 1 } });
        await registry.SendAsync("GET", "/v2/", null, Wrong(Guid.NewGuid().ToString()));
        foreach (var path in (string[])["/oauth2/token", "/oauth2/exchange"])
        {
            var form = new StringContent("grant_type=refresh_token&service=a&refresh_token=a.b.c", Encoding.UTF8, "application/x-www-form-urlencoded");
            Assert.Equal(401, (await registry.SendAsync("POST", path, form)).Status);
        }
        foreach (var path in (string[])["/v2/", "/oauth2/token?service=a"])
            Assert.Equal(401, (await registry.SendAsync("GET", path, null, Wrong(Gantry.Server.Access.Authenticator.TokenUser))).Status);
        AssertTurnedAway(await registry.SendAsync("GET", "/v2/", null, Wrong(Guid.NewGuid().ToString())));
    }

    [Fact]
    public async Task Nobody_takes_the_registrys_sign_ins_from_those_who_have_credentials()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Defence = DefenceOptions.Off with { Token = new RateQuota(20, 0) } });
        for (var i = 0; i < 10; i++)
            Assert.Equal(200, (await registry.SendAsync("GET", i % 2 == 0 ? "/oauth2/keys" : "/oauth2/token?service=a")).Status);
        AssertTurnedAway(await registry.SendAsync("GET", "/oauth2/token?service=a"));
        AssertTurnedAway(await registry.SendAsync("GET", "/oauth2/keys"));
        Assert.Equal(200, (await registry.SendAsync("GET", "/oauth2/token?service=a", null, $"Authorization: {RegistryInProcess.Basic(registry.Owner)}")).Status);
    }

    [Fact]
    public async Task Each_class_has_its_own_limit_and_its_own_form_of_refusal()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with
        {
            Defence = DefenceOptions.Off with
            {
                Read = new RateQuota(0, 2),
                Delete = new RateQuota(120, 0),
                Referrers = new RateQuota(0, 1),
                Token = new RateQuota(600, 0),
            },
        }, new HandClock());
        var owner = $"Authorization: {RegistryInProcess.Basic(registry.Owner)}";
        Assert.Equal(200, (await registry.SendAsync("GET", "/v2/", null, owner)).Status);
        Assert.Equal(404, (await registry.SendAsync("GET", "/v2/a/manifests/latest", null, owner)).Status);
        AssertTurnedAway(await registry.SendAsync("GET", "/v2/_catalog", null, owner), "30");
        var resource = await registry.SendAsync("GET", "/subscriptions/a/resourceGroups/b", null, owner);
        Assert.Equal((429, "TooManyRequests"), (resource.Status, resource.Json.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal("30", resource["Retry-After"]);

        // Another one is not held responsible.
        var reader = await registry.AddPrincipalAsync("reader", "AcrPull");
        Assert.Equal(200, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: {RegistryInProcess.Basic(reader)}")).Status);

        var digest = $"sha256:{new string('a', 64)}";
        Assert.NotEqual(429, (await registry.SendAsync("GET", $"/v2/a/referrers/{digest}", null, owner)).Status);
        AssertTurnedAway(await registry.SendAsync("GET", $"/v2/a/referrers/{digest}", null, owner), "60");
        Assert.Equal("1.98", (await registry.SendAsync("DELETE", "/v2/a/manifests/latest", null, owner))["x-ms-ratelimit-remaining-calls-per-second"]);
        Assert.Equal("9.98", (await registry.SendAsync("GET", "/oauth2/token?service=a", null, owner))["x-ms-ratelimit-remaining-calls-per-second"]);
    }

    private static void AssertTurnedAway(WireAnswer answer, string? wait = null)
    {
        Assert.Equal((429, "TOOMANYREQUESTS"), (answer.Status, answer.Code));
        Assert.InRange(int.Parse(answer["Retry-After"]!), 1, 60);
        if (wait is not null)
            Assert.Equal(wait, answer["Retry-After"]);
        Assert.NotNull(answer["X-Ms-Correlation-Request-Id"]);
    }

    private static string Wrong(string user) => $"Authorization: {RegistryInProcess.Basic(user, "wrong")}";

    private static Task<WireAnswer> PostAsync(RegistryInProcess registry, string user, string password) => registry.SendAsync(
        "POST", "/oauth2/token", new StringContent($"grant_type=password&service=a&username={user}&password={password}", Encoding.UTF8, "application/x-www-form-urlencoded"));
}
