using System.Text.Json.Nodes;
using Gantry.Testing;
using Gantry.Testing.Access;

namespace Gantry.Cli.Tests.Admin;

/// <summary>Issuers and federated credentials by their commands, against a whole server and an issuer that answers it.</summary>
public sealed class FederationTests : IAsyncLifetime
{
    private const string Subject = "repo:org/app:ref:refs/heads/main";

    private readonly CommandLine _line = new() { Name = "gantry" };
    private RegistryInProcess _registry = null!;
    private TestIssuer _issuer = null!;

    private string[] AsOwner => ["-o", "json", "--server", _registry.Url.ToString(), "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password];

    public async ValueTask InitializeAsync() =>
        (_registry, _issuer) = (await RegistryInProcess.StartAsync(), await TestIssuer.StartAsync(TimeProvider.System));

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        await _issuer.DisposeAsync();
        _line.Dispose();
    }

    [Fact]
    public async Task An_issuer_is_created_shown_listed_and_deleted()
    {
        var created = await TrustAsync();
        Assert.Equal(("actions", _issuer.Address, true), (Text(created, "name"), Text(created, "issuer"), created["allowPrivateAddresses"]!.GetValue<bool>()));
        Assert.True(JsonNode.DeepEquals(created, await JsonAsync("admin", "federation", "show", "actions")));
        Assert.True(JsonNode.DeepEquals(new JsonArray(created.DeepClone()), await JsonAsync("admin", "federation", "list")));

        await _line.DoneAsync(["admin", "federation", "delete", "actions", .. AsOwner]);
        Assert.Empty((await JsonAsync("admin", "federation", "list")).AsArray());
        foreach (var verb in new[] { "show", "delete" })
            Assert.Equal(ExitCode.NotFound, (await RunAsync("admin", "federation", verb, "actions")).Exit);
    }

    [Fact]
    public async Task An_issuer_without_an_address_or_off_https_is_refused()
    {
        Assert.Equal(ExitCode.Usage, (await RunAsync("admin", "federation", "create", "x", "--audience", "a")).Exit);
        foreach (var address in new[] { "http://issuer.example", "file:///etc/passwd", "https://issuer.example/?x=1", "x" })
            Assert.NotEqual(ExitCode.Done, (await RunAsync("admin", "federation", "create", "x", "--issuer", address, "--audience", "a")).Exit);
        Assert.Empty((await JsonAsync("admin", "federation", "list")).AsArray());
    }

    [Fact]
    public async Task A_credential_is_added_listed_and_deleted_and_no_name_is_given_twice()
    {
        await TrustAsync();
        var job = (await _registry.AddPrincipalAsync("job", "AcrPush")).AppId;
        var added = await CredentialAsync(job, "--claim", "repository=org/app", "--claim", "environment=production");
        Assert.Equal(("federated", Subject, "org/app"), (Text(added, "name"), Text(added, "subject"), Text(added["claims"]!, "repository")));
        Assert.NotEqual(ExitCode.Done, (await RunAsync(Credential(job))).Exit);
        Assert.True(JsonNode.DeepEquals(new JsonArray(added.DeepClone()), await JsonAsync("admin", "principal", "federated-credential", "list", job)));

        await _line.DoneAsync(["admin", "principal", "federated-credential", "delete", job, "federated", .. AsOwner]);
        Assert.Empty((await JsonAsync("admin", "principal", "federated-credential", "list", job)).AsArray());
        Assert.Equal(ExitCode.NotFound, (await RunAsync("admin", "principal", "federated-credential", "delete", job, "federated")).Exit);
    }

    [Fact]
    public async Task A_credential_that_says_too_little_is_refused()
    {
        await TrustAsync();
        var job = (await _registry.AddPrincipalAsync("job", "AcrPush")).AppId;
        foreach (var claim in new[] { "repository", "=org/app", "" })
            Assert.Equal(ExitCode.Usage, (await RunAsync([.. Credential(job), "--claim", claim])).Exit);
        Assert.Equal(ExitCode.Usage, (await RunAsync([.. Credential(job), "--claim", "a=1", "--claim", "a=2"])).Exit);
        Assert.Equal(ExitCode.Usage, (await RunAsync("admin", "principal", "federated-credential", "add", job, "--issuer", _issuer.Address, "--subject", Subject)).Exit);
        // It would take everybody whom the issuer knows.
        Assert.NotEqual(ExitCode.Done, (await RunAsync("admin", "principal", "federated-credential", "add", job, "--flexible", "--issuer", _issuer.Address, "--subject", "*", "--audience", TestIssuer.Audience)).Exit);
        Assert.Equal(ExitCode.NotFound, (await RunAsync(Credential(Guid.NewGuid().ToString()))).Exit);
        Assert.Empty((await JsonAsync("admin", "principal", "federated-credential", "list", job)).AsArray());
    }

    [Fact]
    public async Task A_test_tells_whom_a_token_stands_for_and_why_another_stands_for_nobody()
    {
        await TrustAsync();
        var job = (await _registry.AddPrincipalAsync("job", "AcrPush")).AppId;
        await CredentialAsync(job, "--claim", "environment=production");
        var right = await JsonAsync("admin", "federation", "test", _line.Write("token", _issuer.Sign(_issuer.Claims())));
        Assert.Contains(job, right.ToJsonString());

        foreach (var (token, reason) in new[]
        {
            (_issuer.Sign(_issuer.Claims("org-evil/app")), "org-evil"),
            (_issuer.Sign(With("environment", "staging")), "environment"),
            (_issuer.Sign(With("aud", "somebody-else")), "somebody-else"),
            (_issuer.Sign(_issuer.Claims())[..^8] + "AAAAAAAA", "signature"),
            ("no token", "signed JWT"),
        })
        {
            _line.Input = token + "\n";
            var wrong = await RunAsync("admin", "federation", "test", "-");
            Assert.NotEqual(ExitCode.Done, wrong.Exit);
            Assert.Contains("refused", wrong.Output);
            Assert.Contains(reason, wrong.Output);
            Assert.DoesNotContain("eyJ", wrong.Output + wrong.Error);
        }
        // It signed nobody in.
        Assert.DoesNotContain("/oauth2/", string.Join('\n', _registry.Log));
    }

    [Fact]
    public async Task Whoever_may_not_change_access_is_refused_in_every_command()
    {
        await TrustAsync();
        var job = (await _registry.AddPrincipalAsync("job", "AcrPush")).AppId;
        await CredentialAsync(job);
        var reader = await _registry.AddPrincipalAsync("reader", "AcrPull");
        string[] asReader = ["--server", _registry.Url.ToString(), "-u", reader.AppId, "-p", reader.Password];
        foreach (var command in new string[][]
        {
            ["admin", "federation", "list"], ["admin", "federation", "show", "actions"], ["admin", "federation", "delete", "actions"],
            ["admin", "federation", "create", "mine", "--issuer", "https://issuer.example", "--audience", "a"], ["admin", "federation", "test", _line.Write("token", "x")],
            ["admin", "principal", "federated-credential", "list", job], ["admin", "principal", "federated-credential", "delete", job, "federated"], Credential(job, "other"),
        })
            Assert.Equal(ExitCode.Authentication, (await _line.RunAsync([.. command, .. asReader])).Exit);
        Assert.Single((await JsonAsync("admin", "federation", "list")).AsArray());
        Assert.Single((await JsonAsync("admin", "principal", "federated-credential", "list", job)).AsArray());
    }

    private static string Text(JsonNode node, string member) => node[member]!.GetValue<string>();

    private JsonObject With(string claim, string value)
    {
        var claims = _issuer.Claims();
        claims[claim] = value;
        return claims;
    }

    private Task<JsonNode> TrustAsync() =>
        JsonAsync("admin", "federation", "create", "actions", "--issuer", _issuer.Address, "--audience", TestIssuer.Audience, "--allow-private-addresses");

    private string[] Credential(string appId, string name = "federated") =>
        ["admin", "principal", "federated-credential", "add", appId, "--name", name, "--issuer", _issuer.Address, "--subject", Subject, "--audience", TestIssuer.Audience];

    private Task<JsonNode> CredentialAsync(string appId, params string[] more) => JsonAsync([.. Credential(appId), .. more]);

    private Task<CommandResult> RunAsync(params string[] command) => _line.RunAsync([.. command, .. AsOwner]);

    private async Task<JsonNode> JsonAsync(params string[] command) => JsonNode.Parse(await _line.DoneAsync([.. command, .. AsOwner]))!;
}
