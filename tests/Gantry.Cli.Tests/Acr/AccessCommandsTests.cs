using System.Text.Json.Nodes;
using Gantry.Testing;

namespace Gantry.Cli.Tests.Acr;

/// <summary>The commands for access against a whole server: what they change counts at the next request.</summary>
public sealed class AccessCommandsTests : IAsyncLifetime
{
    private readonly CommandLine _line = new() { Name = "gantry" };
    private RegistryInProcess _registry = null!;

    public async ValueTask InitializeAsync()
    {
        _registry = await RegistryInProcess.StartAsync();
        foreach (var name in (string[])["samples/a", "samples/b", "other"])
            await _line.DoneAsync("push", "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password, $"{_registry.LoginServer}/{name}:1", "artifact.txt");
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _line.Dispose();
    }

    private string[] AsOwner(string flag) => [flag, _registry.LoginServer, "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password];

    private async Task<JsonNode?> AcrAsync(string flag, params string[] words) =>
        await _line.DoneAsync(["acr", .. words, .. AsOwner(flag)]) is { Length: > 0 } text ? JsonNode.Parse(text) : null;

    private async Task<JsonNode?> AdminAsync(params string[] words) =>
        await _line.DoneAsync(["admin", .. words, "-o", "json", "--server", _registry.Url.ToString(), "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password])
            is { Length: > 0 } text ? JsonNode.Parse(text) : null;

    private async Task<int> PullAsync(string user, string password, string repository) =>
        (await _line.RunAsync("manifest", "fetch", "-u", user, "-p", password, $"{_registry.LoginServer}/{repository}:1")).Exit;

    private async Task<int> PushAsync(string user, string password, string repository) =>
        (await _line.RunAsync("push", "-u", user, "-p", password, $"{_registry.LoginServer}/{repository}:2", "artifact.txt")).Exit;

    private static string PasswordOf(JsonNode credentials, string name) =>
        credentials["passwords"]!.AsArray().Single(password => password!["name"]!.GetValue<string>() == name)!["value"]!.GetValue<string>();

    [Fact]
    public async Task A_token_does_what_its_map_says_until_that_changes()
    {
        var token = (await AcrAsync("-r", "token", "create", "-n", "ci-token", "--repository", "samples/a", "content/read", "metadata/read"))!;
        var (one, two) = (PasswordOf(token["credentials"]!, "password1"), PasswordOf(token["credentials"]!, "password2"));
        Assert.Equal(ExitCode.Done, await PullAsync("ci-token", one, "samples/a"));
        Assert.Equal(ExitCode.Done, await PullAsync("ci-token", two, "samples/a"));
        Assert.NotEqual(ExitCode.Done, await PullAsync("ci-token", one, "samples/b"));
        Assert.NotEqual(ExitCode.Done, await PushAsync("ci-token", one, "samples/a"));

        // The map is changed: more, and less.
        await AcrAsync("-r", "scope-map", "update", "-n", "ci-token-scope-map", "--add-repository", "samples/*", "content/read", "content/write", "--remove-repository", "samples/a", "content/read");
        Assert.Equal(ExitCode.Done, await PushAsync("ci-token", one, "samples/b"));
        Assert.NotEqual(ExitCode.Done, await PullAsync("ci-token", one, "other"));
        var map = (await AcrAsync("-r", "scope-map", "show", "-n", "ci-token-scope-map"))!;
        Assert.Equal(
            ["repositories/samples/*/content/read", "repositories/samples/*/content/write", "repositories/samples/a/metadata/read"],
            map["actions"]!.AsArray().Select(action => action!.GetValue<string>()).Order(StringComparer.Ordinal));

        // One password ends, then the token.
        await AcrAsync("-r", "token", "credential", "delete", "-n", "ci-token", "--password1");
        Assert.Equal(ExitCode.Authentication, await PullAsync("ci-token", one, "samples/b"));
        Assert.Equal(ExitCode.Done, await PullAsync("ci-token", two, "samples/b"));
        var renewed = (await AcrAsync("-r", "token", "credential", "generate", "-n", "ci-token", "--password2"))!;
        Assert.Equal(ExitCode.Authentication, await PullAsync("ci-token", two, "samples/b"));
        Assert.Equal(ExitCode.Done, await PullAsync("ci-token", PasswordOf(renewed, "password2"), "samples/b"));
        Assert.Equal("disabled", (await AcrAsync("-r", "token", "update", "-n", "ci-token", "--status", "disabled"))!["status"]!.GetValue<string>());
        Assert.Equal(ExitCode.Authentication, await PullAsync("ci-token", PasswordOf(renewed, "password2"), "samples/b"));
        Assert.Equal("ci-token", Assert.Single((await AcrAsync("-r", "token", "list"))!.AsArray())!["name"]!.GetValue<string>());
        await AcrAsync("-r", "token", "delete", "-n", "ci-token", "--yes");
        Assert.Empty((await AcrAsync("-r", "token", "list"))!.AsArray());
    }

    [Fact]
    public async Task The_system_maps_are_there_and_stay_as_they_are()
    {
        var maps = (await AcrAsync("-r", "scope-map", "list"))!.AsArray();
        var system = maps.Where(map => map!["typePropertiesType"]!.GetValue<string>() == "SystemDefined").Select(map => map!["name"]!.GetValue<string>()).Order().ToArray();
        Assert.Contains("_repositories_pull", system);
        var refused = await _line.RunAsync(["acr", "scope-map", "update", "-n", "_repositories_pull", "--add-repository", "a", "content/write", .. AsOwner("-r")]);
        Assert.NotEqual(ExitCode.Done, refused.Exit);
        var token = (await AcrAsync("-r", "token", "create", "-n", "puller", "--scope-map", "_repositories_pull"))!;
        Assert.Equal(ExitCode.Done, await PullAsync("puller", PasswordOf(token["credentials"]!, "password1"), "other"));
    }

    [Fact]
    public async Task The_admin_user_signs_in_while_it_is_on()
    {
        var refused = await _line.RunAsync(["acr", "credential", "show", .. AsOwner("-n")]);
        Assert.Equal(ExitCode.Failed, refused.Exit);
        Assert.True((await AcrAsync("-n", "update", "--admin-enabled", "true"))!["adminUserEnabled"]!.GetValue<bool>());
        var credentials = (await AcrAsync("-n", "credential", "show"))!;
        var user = credentials["username"]!.GetValue<string>();
        var old = PasswordOf(credentials, "password");
        Assert.Equal(ExitCode.Done, await PushAsync(user, old, "other"));
        var renewed = (await AcrAsync("-n", "credential", "renew", "--password-name", "password"))!;
        Assert.Equal(ExitCode.Authentication, await PullAsync(user, old, "other"));
        Assert.Equal(ExitCode.Done, await PullAsync(user, PasswordOf(renewed, "password"), "other"));
        Assert.Equal(PasswordOf(credentials, "password2"), PasswordOf(renewed, "password2"));
        await AcrAsync("-n", "update", "--admin-enabled", "false");
        Assert.Equal(ExitCode.Authentication, await PullAsync(user, PasswordOf(renewed, "password"), "other"));
    }

    [Fact]
    public async Task A_registry_is_shown_and_set_up()
    {
        var shown = (await AcrAsync("-n", "show"))!;
        Assert.Equal(_registry.LoginServer, shown["loginServer"]!.GetValue<string>());
        var changed = (await AcrAsync("-n", "update", "--anonymous-pull-enabled", "true", "--role-assignment-mode", "rbac-abac", "--tags", "team=a"))!;
        Assert.Equal((true, "AbacRepositoryPermissions", "a"), (changed["anonymousPullEnabled"]!.GetValue<bool>(), changed["roleAssignmentMode"]!.GetValue<string>(), changed["tags"]!["team"]!.GetValue<string>()));
        Assert.Equal("disabled", (await AcrAsync("-r", "config", "authentication-as-arm", "update", "--status", "disabled"))!["status"]!.GetValue<string>());
        Assert.Equal("disabled", (await AcrAsync("-r", "config", "authentication-as-arm", "show"))!["status"]!.GetValue<string>());
        await AcrAsync("-n", "network-rule", "add", "--ip-address", "10.0.0.0/8");
        Assert.Equal("10.0.0.0/8", (await AcrAsync("-n", "network-rule", "list"))!["ipRules"]![0]!["ipAddressOrRange"]!.GetValue<string>());
        await AcrAsync("-n", "network-rule", "remove", "--ip-address", "10.0.0.0/8");
        Assert.Empty((await AcrAsync("-n", "network-rule", "list"))!["ipRules"]!.AsArray());

        var name = shown["name"]!.GetValue<string>();
        string[] asOwner = ["--server", _registry.Url.ToString(), "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password];
        Assert.False(JsonNode.Parse(await _line.DoneAsync(["acr", "check-name", "-n", name, .. asOwner]))!["nameAvailable"]!.GetValue<bool>());
        Assert.True(JsonNode.Parse(await _line.DoneAsync(["acr", "check-name", "-n", "freename", .. asOwner]))!["nameAvailable"]!.GetValue<bool>());
        Assert.Equal(name, JsonNode.Parse(await _line.DoneAsync(["acr", "list", .. asOwner]))![0]!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_role_is_given_explained_and_taken_back()
    {
        var (ci, secret) = (await AdminAsync("principal", "create", "ci", "--role", "AcrPull", "--repository", "other"))! is var made ? (made["appId"]!.GetValue<string>(), made["password"]!.GetValue<string>()) : default;
        Assert.NotEqual(ExitCode.Done, await PushAsync(ci, secret, "samples/a"));

        string[] role = ["--assignee", "ci", "--role", "Repository Writer", "--condition", "@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWithIgnoreCase 'samples/'"];
        var assigned = (await AdminAsync(["role", "assign", .. role]))!;
        Assert.Equal("Container Registry Repository Writer", assigned["roleDefinitionName"]!.GetValue<string>());
        Assert.Equal(assigned["name"]!.GetValue<string>(), (await AdminAsync(["role", "assign", .. role]))!["name"]!.GetValue<string>());
        Assert.Equal(ExitCode.Done, await PushAsync(ci, secret, "samples/a"));
        Assert.NotEqual(ExitCode.Done, await PushAsync(ci, secret, "other"));

        var list = (await AdminAsync("role", "list", "--assignee", "ci"))!.AsArray();
        Assert.Equal(["AcrPull", "Container Registry Repository Writer"], list.Select(assignment => assignment!["roleDefinitionName"]!.GetValue<string>()).Order());
        Assert.All(list, assignment => Assert.Equal("ci", assignment!["principalName"]!.GetValue<string>()));

        var why = (await AdminAsync("access", "explain", "--identity", ci, "--action", "push", "--repository", "other"))!;
        Assert.False(why["allowed"]!.GetValue<bool>());
        Assert.Contains(why["grants"]!.AsArray(), grant => grant!["verdict"]!.GetValue<string>().Contains("StringStartsWithIgnoreCase 'samples/' is false", StringComparison.Ordinal));
        var words = await _line.DoneAsync("admin", "access", "explain", "--identity", ci, "--action", "content/write", "--repository", "samples/a",
            "--server", _registry.Url.ToString(), "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password);
        Assert.StartsWith("allowed: Microsoft.ContainerRegistry/registries/repositories/content/write in samples/a for ", words);

        await AdminAsync("role", "delete", assigned["name"]!.GetValue<string>());
        Assert.NotEqual(ExitCode.Done, await PushAsync(ci, secret, "samples/a"));
        await AdminAsync("role", "delete", "--assignee", ci, "--role", "acrpull");
        Assert.NotEqual(ExitCode.Done, await PullAsync(ci, secret, "other"));
        Assert.Empty((await AdminAsync("role", "list", "--assignee", ci))!.AsArray());
    }

    [Fact]
    public async Task Anybody_pulls_what_the_nobody_was_given()
    {
        async Task<int> PullAsync(string repository) => (await _line.RunAsync("manifest", "fetch", $"{_registry.LoginServer}/{repository}:1")).Exit;

        Assert.NotEqual(ExitCode.Done, await PullAsync("other"));
        await AdminAsync("role", "assign", "--assignee", "anonymous", "--role", "AcrPull", "--repository", "other");
        Assert.Equal(ExitCode.Done, await PullAsync("other"));
        Assert.NotEqual(ExitCode.Done, await PullAsync("samples/a"));
        Assert.Equal("anonymous", (await AdminAsync("role", "list", "--assignee", "anonymous"))![0]!["principalName"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_roles_that_are_listed_are_Azures()
    {
        var roles = (await AdminAsync("role", "definitions"))!.AsArray();
        Assert.Equal(Gantry.Protocol.Arm.BuiltInRoles.All.Select(role => role.Id.ToString()).Order(), roles.Select(role => role!["name"]!.GetValue<string>()).Order());
    }

    [Theory]
    [InlineData("role assign --role AcrPull", "\"assignee\" not set")]
    [InlineData("role assign --assignee ci", "\"role\" not set")]
    [InlineData("role assign --assignee ci --role King", "\"King\" is not a role")]
    [InlineData("role assign --assignee ci --role AcrPull --repository A", "invalid repository name")]
    [InlineData("role delete", "Which assignment?")]
    [InlineData("role delete x", "is not the id of a role assignment")]
    [InlineData("role delete --assignee ci", "Which assignment?")]
    [InlineData("access explain --action pull", "\"identity\" not set")]
    [InlineData("access explain --identity ci", "\"action\" not set")]
    public async Task A_wrong_command_line_is_a_usage_error(string line, string message)
    {
        var result = await _line.RunAsync(["admin", .. line.Split(' '), "--server", _registry.Url.ToString(), "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password]);
        Assert.Equal(ExitCode.Usage, result.Exit);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }
}
