using System.Text;
using System.Text.Json;
using Gantry.Server.Defence;
using Gantry.Testing;
using Gantry.Testing.Access;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Access.Ldap;

/// <summary>The whole server beside a real slapd: whom its passwords let in, and how often it is asked.</summary>
public sealed class LdapSignInTests
{
    private enum Standing
    {
        Nobody,
        Known,
        Reads,
    }

    private const string PullRole = "7f951dda-4ed3-4680-a7ca-43fe172d538d";

    [Fact]
    public async Task A_directorys_person_signs_in_and_has_the_rights_of_its_groups()
    {
        await using var room = await Room.OpenAsync();
        // Known, and without a right until a group has one.
        var first = await room.TokenAsync("ada", SlapdServer.AdaPassword);
        Assert.Equal(200, first.Status);
        Assert.Equal(Standing.Known, await room.StandingAsync("ada", SlapdServer.AdaPassword));
        await room.AssignAsync("ldap:group:releasers", PullRole);
        Assert.Equal(Standing.Reads, await room.StandingAsync("ada", SlapdServer.AdaPassword));
        // bob is no releaser.
        Assert.Equal(Standing.Known, await room.StandingAsync("bob", SlapdServer.BobPassword));

        var user = Assert.Single(await room.PrincipalsAsync(), one => Room.IsCalled(one, "Ada Lovelace"));
        Assert.Equal("User", user.GetProperty("kind").GetString());
        Assert.StartsWith("ldap:", user.GetProperty("name").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sign_in_earns_tokens_as_others_do_and_all_of_them_end_at_once()
    {
        await using var room = await Room.OpenAsync();
        var signedIn = await room.PostAsync("ada", SlapdServer.AdaPassword);
        Assert.Equal(200, signedIn.Status);
        var refresh = signedIn.Json.GetProperty("refresh_token").GetString()!;
        Assert.Equal(200, (await room.RefreshAsync(refresh)).Status);
        await room.Slapd.StopAsync();
        Assert.Equal(200, (await room.RefreshAsync(refresh)).Status);

        var id = await room.IdOfAsync("Ada Lovelace");
        Assert.InRange((await room.OwnerAsync("POST", $"/gantry/v1/principals/{id}/revoke")).Status, 200, 204);
        Assert.Equal(401, (await room.RefreshAsync(refresh)).Status);
        // Nor does what was verified before count: the directory is asked anew, and cannot say.
        Assert.Equal(503, (await room.PostAsync("ada", SlapdServer.AdaPassword)).Status);
    }

    [Fact]
    public async Task Wrong_and_made_up_sign_ins_are_all_answered_alike()
    {
        await using var room = await Room.OpenAsync();
        var expected = (await room.TokenAsync("ada", "wrong")).Text;
        foreach (var (name, password) in ((string, string)[])
        [
            ("nobody", SlapdServer.AdaPassword), ("ada", SlapdServer.BobPassword), ("*", SlapdServer.AdaPassword), ("ada)(uid=*", SlapdServer.AdaPassword), ("a*", SlapdServer.AdaPassword),
            ("twin", SlapdServer.BobPassword), (" ada", SlapdServer.AdaPassword), ("ada\0", SlapdServer.AdaPassword), ("", SlapdServer.AdaPassword), ("service", SlapdServer.ServicePassword),
            ("ada,ou=people,dc=example,dc=org", SlapdServer.AdaPassword), ("ada", new string('x', 2000)), (new string('a', 300), "x"),
        ])
        {
            var answer = await room.TokenAsync(name, password);
            Assert.Equal((401, expected), (answer.Status, answer.Text));
        }
        Assert.DoesNotContain(await room.PrincipalsAsync(), one => one.GetProperty("kind").GetString() == "User");
        Assert.DoesNotContain(room.Registry.Log, line => line.Contains(SlapdServer.AdaPassword, StringComparison.Ordinal) || line.Contains(SlapdServer.ServicePassword, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_empty_password_and_names_that_are_the_registrys_own_never_reach_the_directory()
    {
        await using var room = await Room.OpenAsync();
        var token = await room.Registry.AddPrincipalAsync("reader", "AcrPull");
        foreach (var (name, password) in ((string, string)[])
            [("ada", ""), (token.AppId, "wrong"), (Guid.NewGuid().ToString(), "wrong"), ("myregistry", "wrong"), ("MyRegistry", "wrong"), ("00000000-0000-0000-0000-000000000000", "wrong")])
        {
            Assert.Equal(401, (await room.TokenAsync(name, password)).Status);
            Assert.Equal(401, (await room.PostAsync(name, password)).Status);
        }
        Assert.Empty(await room.Slapd.BindsAsync());
        // Known and unknown names cost a bind each.
        await room.TokenAsync("ada", "wrong");
        await room.TokenAsync("nobody", "wrong");
        Assert.Equal([$"uid=ada,ou=people,{SlapdServer.Base}", $"cn=nobody,ou=people,{SlapdServer.Base}"], await room.Slapd.BindsAsync());
    }

    [Fact]
    public async Task A_right_password_is_asked_for_once_and_written_once_in_its_time()
    {
        await using var room = await Room.OpenAsync();
        for (var i = 0; i < 5; i++)
            Assert.Equal(Standing.Known, await room.StandingAsync("ada", SlapdServer.AdaPassword));
        Assert.Single(await room.Slapd.BindsAsync());
        room.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(Standing.Known, await room.StandingAsync("ada", SlapdServer.AdaPassword));
        Assert.Equal(2, (await room.Slapd.BindsAsync()).Count);
    }

    [Fact]
    public async Task CVE_2025_23208_a_group_that_was_left_counts_until_the_next_question_at_most()
    {
        await using var room = await Room.OpenAsync();
        await room.TokenAsync("ada", SlapdServer.AdaPassword);
        await room.AssignAsync("ldap:group:releasers", PullRole);
        Assert.Equal(Standing.Reads, await room.StandingAsync("ada", SlapdServer.AdaPassword));
        await room.Slapd.ModifyAsync($"dn: cn=releasers,ou=groups,{SlapdServer.Base}\nchangetype: modify\ndelete: memberUid\nmemberUid: ada\n");
        room.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(Standing.Known, await room.StandingAsync("ada", SlapdServer.AdaPassword));
    }

    [Fact]
    public async Task A_changed_password_counts_when_the_old_one_is_forgotten()
    {
        await using var room = await Room.OpenAsync();
        Assert.Equal(200, (await room.TokenAsync("bob", SlapdServer.BobPassword)).Status);
        await room.Slapd.ModifyAsync($"dn: uid=bob,ou=people,{SlapdServer.Base}\nchangetype: modify\nreplace: userPassword\nuserPassword: new-password\n");
        Assert.Equal(200, (await room.TokenAsync("bob", "new-password")).Status);
        room.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(401, (await room.TokenAsync("bob", SlapdServer.BobPassword)).Status);
        Assert.Equal(200, (await room.TokenAsync("bob", "new-password")).Status);
    }

    [Fact]
    public async Task Whoever_is_disabled_here_is_nobody_at_the_next_request()
    {
        await using var room = await Room.OpenAsync();
        Assert.Equal(Standing.Known, await room.StandingAsync("ada", SlapdServer.AdaPassword));
        var id = await room.IdOfAsync("Ada Lovelace");
        Assert.Equal(200, (await room.OwnerAsync("PATCH", $"/gantry/v1/principals/{id}", """{"enabled":false}""")).Status);
        Assert.Equal(Standing.Nobody, await room.StandingAsync("ada", SlapdServer.AdaPassword));
        Assert.Equal(200, (await room.OwnerAsync("PATCH", $"/gantry/v1/principals/{id}", """{"enabled":true}""")).Status);
        Assert.Equal(Standing.Known, await room.StandingAsync("ada", SlapdServer.AdaPassword));

        // Whoever is deleted comes back as somebody new, whom nothing was given to.
        await room.AssignAsync("ldap:" + (await room.PrincipalsAsync()).Single(one => one.GetProperty("appId").GetString() == id).GetProperty("name").GetString()![5..], PullRole);
        Assert.Equal(Standing.Reads, await room.StandingAsync("ada", SlapdServer.AdaPassword));
        Assert.Equal(204, (await room.OwnerAsync("DELETE", $"/gantry/v1/principals/{id}")).Status);
        Assert.Equal(Standing.Known, await room.StandingAsync("ada", SlapdServer.AdaPassword));
        Assert.NotEqual(id, await room.IdOfAsync("Ada Lovelace"));
    }

    [Fact]
    public async Task Whoever_fails_too_often_waits_and_the_directory_is_not_asked_meanwhile()
    {
        await using var room = await Room.OpenAsync(options => options with { Defence = DefenceOptions.Off with { FailuresPerAddress = 0, FailuresPerName = 3 } });
        Assert.Equal(Standing.Known, await room.StandingAsync("ada", SlapdServer.AdaPassword));
        for (var i = 0; i < 3; i++)
            Assert.Equal(401, (await room.TokenAsync(i % 2 == 0 ? "bob" : "BOB", "wrong")).Status);
        var before = (await room.Slapd.BindsAsync()).Count;
        foreach (var answer in new[] { await room.TokenAsync("bob", SlapdServer.BobPassword), await room.PostAsync("Bob", SlapdServer.BobPassword), await room.TokenAsync("bob", "wrong") })
        {
            Assert.Equal((429, "TOOMANYREQUESTS"), (answer.Status, answer.Code));
            Assert.InRange(int.Parse(answer["Retry-After"]!), 1, 60);
            Assert.Null(answer["WWW-Authenticate"]);
        }
        Assert.Equal(before, (await room.Slapd.BindsAsync()).Count);

        // Neither another name nor a password that was right a moment ago is held up.
        for (var i = 0; i < 4; i++)
            await room.TokenAsync("ada", "wrong");
        Assert.Equal(Standing.Known, await room.StandingAsync("ada", SlapdServer.AdaPassword));
        Assert.Equal(200, (await room.Registry.SendAsync("GET", "/v2/", null, $"Authorization: {RegistryInProcess.Basic(room.Registry.Owner)}")).Status);
    }

    [Fact]
    public async Task Failures_of_an_address_hold_up_what_would_ask_the_directory_and_nothing_else()
    {
        await using var room = await Room.OpenAsync(options => options with { Defence = DefenceOptions.Off with { FailuresPerAddress = 2, FailuresPerName = 0 } });
        for (var i = 0; i < 2; i++)
            Assert.Equal(401, (await room.TokenAsync($"made-up-{i}", "wrong")).Status);
        Assert.Equal(429, (await room.TokenAsync("ada", SlapdServer.AdaPassword)).Status);
        Assert.Equal(2, (await room.Slapd.BindsAsync()).Count);
        Assert.Equal(200, (await room.Registry.SendAsync("GET", "/v2/", null, $"Authorization: {RegistryInProcess.Basic(room.Registry.Owner)}")).Status);
    }

    [Fact]
    public async Task A_directory_that_is_down_stops_its_own_people_and_nobody_else()
    {
        await using var room = await Room.OpenAsync();
        Assert.Equal(Standing.Known, await room.StandingAsync("ada", SlapdServer.AdaPassword));
        await room.Slapd.StopAsync();
        foreach (var answer in new[] { await room.TokenAsync("bob", SlapdServer.BobPassword), await room.PostAsync("nobody", "x"), await room.TokenAsync("ada", "wrong") })
        {
            Assert.Equal((503, "UNAVAILABLE"), (answer.Status, answer.Code));
            Assert.Equal("5", answer["Retry-After"]);
            Assert.Null(answer["WWW-Authenticate"]);
        }
        Assert.Equal(Standing.Known, await room.StandingAsync("ada", SlapdServer.AdaPassword));
        Assert.Equal(200, (await room.Registry.SendAsync("GET", "/v2/", null, $"Authorization: {RegistryInProcess.Basic(room.Registry.Owner)}")).Status);
        Assert.Equal(401, (await room.TokenAsync(room.Registry.Owner.AppId, "wrong")).Status);
        Assert.Equal(401, (await room.TokenAsync("bob", "")).Status);
        Assert.Equal(200, (await room.Registry.SendAsync("GET", "/readyz")).Status);
        Assert.Contains(room.Registry.Log, line => line.Contains("Nobody can sign in at myregistry by the directory", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_registry_that_the_directory_is_not_for_knows_none_of_its_people()
    {
        await using var room = await Room.OpenAsync(options => options with { Ldap = options.Ldap! with { Registries = ["elsewhere"] } });
        Assert.Equal(401, (await room.TokenAsync("ada", SlapdServer.AdaPassword)).Status);
        Assert.Empty(await room.Slapd.BindsAsync());
    }

    [Fact]
    public async Task An_issuer_is_not_called_as_the_directory_is()
    {
        await using var room = await Room.OpenAsync();
        const string Issuer = """{"name":"ldap","issuer":"https://issuer.example","audiences":["a"]}""";
        Assert.Equal(409, (await room.OwnerAsync("POST", "/gantry/v1/federation", Issuer)).Status);
        Assert.Equal(201, (await room.OwnerAsync("POST", "/gantry/v1/federation", Issuer.Replace("ldap", "other", StringComparison.Ordinal))).Status);
    }

    [Fact]
    public async Task A_server_starts_without_its_directory_but_not_without_the_files_that_are_named()
    {
        await using var slapd = await SlapdServer.StartAsync();
        await slapd.StopAsync();
        await using (var registry = await RegistryInProcess.StartAsync(options => options with { Ldap = slapd.Options }))
            Assert.Equal(503, (await registry.SendAsync("GET", "/v2/", null, $"Authorization: {RegistryInProcess.Basic("ada", "x")}")).Status);
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Join("empty"), "\n");
        foreach (var wrong in new[] { slapd.Options with { BindPasswordFile = folder.Join("absent") }, slapd.Options with { BindPasswordFile = folder.Join("empty") }, slapd.Options with { CaFile = folder.Join("absent") } })
            await Assert.ThrowsAsync<ServerOptionsException>(async () => await RegistryInProcess.StartAsync(options => options with { Ldap = wrong }));
    }

    /// <summary>A registry and its directory.</summary>
    private sealed class Room(SlapdServer slapd, RegistryInProcess registry, OffsetClock clock) : IAsyncDisposable
    {
        public SlapdServer Slapd => slapd;

        public RegistryInProcess Registry => registry;

        public OffsetClock Clock => clock;

        public static async Task<Room> OpenAsync(Func<GantryServerOptions, GantryServerOptions>? configure = null)
        {
            var slapd = await SlapdServer.StartAsync();
            var clock = new OffsetClock();
            try
            {
                var registry = await RegistryInProcess.StartAsync(
                    options => (configure ?? (same => same))(options with { Ldap = slapd.Options, Defence = DefenceOptions.Off with { FailuresPerAddress = 0, FailuresPerName = 0 } }), clock);
                return new Room(slapd, registry, clock);
            }
            catch
            {
                await slapd.DisposeAsync();
                throw;
            }
        }

        /// <summary>As oras and docker ask: Basic, at the sign-in server.</summary>
        public Task<WireAnswer> TokenAsync(string name, string password) =>
            registry.SendAsync("GET", "/oauth2/token?service=a&scope=repository:a:pull", null, $"Authorization: {RegistryInProcess.Basic(name, password)}");

        /// <summary>As docker asks with <c>offline_token</c>, and the Azure SDKs.</summary>
        public Task<WireAnswer> PostAsync(string name, string password) => FormAsync(
            $"grant_type=password&service=a&access_type=offline&username={Uri.EscapeDataString(name)}&password={Uri.EscapeDataString(password)}");

        public Task<WireAnswer> RefreshAsync(string token) => FormAsync($"grant_type=refresh_token&service=a&scope=repository:a:pull&refresh_token={Uri.EscapeDataString(token)}");

        /// <summary>What two requests with Basic come to.</summary>
        public async Task<Standing> StandingAsync(string name, string password)
        {
            var basic = $"Authorization: {RegistryInProcess.Basic(name, password)}";
            if ((await registry.SendAsync("GET", "/v2/", null, basic)).Status != 200)
                return Standing.Nobody;
            // There is no such repository, which only those are told who may read it.
            return (await registry.SendAsync("GET", "/v2/a/tags/list", null, basic)).Status == 404 ? Standing.Reads : Standing.Known;
        }

        public Task<WireAnswer> OwnerAsync(string method, string path, string? body = null) => registry.SendAsync(
            method, path, body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"), $"Authorization: {RegistryInProcess.Basic(registry.Owner)}");

        public async Task<IReadOnlyList<JsonElement>> PrincipalsAsync() => [.. (await OwnerAsync("GET", "/gantry/v1/principals")).Json.GetProperty("principals").EnumerateArray()];

        public async Task<string> IdOfAsync(string display) =>
            (await PrincipalsAsync()).Single(one => IsCalled(one, display)).GetProperty("appId").GetString()!;

        public async Task AssignAsync(string name, string role)
        {
            var id = (await PrincipalsAsync()).Single(one => one.GetProperty("name").GetString() == name).GetProperty("appId").GetString();
            var answer = await OwnerAsync(
                "PUT", $"/subscriptions/{Guid.Empty}/resourceGroups/gantry/providers/Microsoft.ContainerRegistry/registries/myregistry/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01",
                $$$"""{"properties":{"roleDefinitionId":"{{{role}}}","principalId":"{{{id}}}"}}""");
            Assert.True(answer.Status is 200 or 201, answer.Text);
        }

        public static bool IsCalled(JsonElement principal, string display) => principal.TryGetProperty("displayName", out var name) && name.GetString() == display;

        public async ValueTask DisposeAsync()
        {
            await registry.DisposeAsync();
            await slapd.DisposeAsync();
        }

        private Task<WireAnswer> FormAsync(string form) =>
            registry.SendAsync("POST", "/oauth2/token", new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded"));
    }
}
