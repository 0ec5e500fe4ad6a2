using System.Text.Json.Nodes;
using Gantry.Testing;

namespace Gantry.Cli.Tests.Acr;

/// <summary>az's grammar against a whole registry.</summary>
public sealed class AcrTests : IAsyncLifetime
{
    private const string TokenUser = "00000000-0000-0000-0000-000000000000";

    private readonly CommandLine _line = new() { Name = "gantry" };
    private RegistryInProcess _registry = null!;

    private string Host => _registry.LoginServer;

    public async ValueTask InitializeAsync()
    {
        _registry = await RegistryInProcess.StartAsync();
        _line.Set("GANTRY_SERVER", _registry.Url.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _line.Dispose();
    }

    [Fact]
    public async Task The_article_from_sign_in_to_delete_by_a_bare_name()
    {
        await SignInAsync();
        Assert.Equal("Login Succeeded\n", await AzAsync("acr", "login", "--name", "myregistry"));
        await PushAsync("samples/artifact:1.0");
        var digest = (await _line.DoneAsync("resolve", $"{Host}/samples/artifact:1.0")).TrimEnd();

        var shown = await AzAsync("acr", "repository", "show", "--name", "myregistry", "--image", "samples/artifact:1.0");
        var time = JsonNode.Parse(shown)!["createdTime"]!.GetValue<string>();
        Assert.Equal($$"""
            {
              "changeableAttributes": {
                "deleteEnabled": true,
                "listEnabled": true,
                "readEnabled": true,
                "writeEnabled": true
              },
              "createdTime": "{{time}}",
              "digest": "{{digest}}",
              "lastUpdateTime": "{{time}}",
              "name": "1.0",
              "signed": false
            }

            """.ReplaceLineEndings("\n"), shown);

        var deleted = await RunAzAsync("acr", "repository", "delete", "--name", "myregistry", "--image", "samples/artifact:1.0", "--yes");
        Assert.Equal((ExitCode.Done, ""), (deleted.Exit, deleted.Output));
        Assert.Equal($"WARNING: This operation will delete the manifest '{digest}' and all the following images: 'samples/artifact:1.0'\n", deleted.Error);
        Assert.Equal(ExitCode.NotFound, (await RunAzAsync("acr", "repository", "show", "--name", "myregistry", "--image", "samples/artifact:1.0")).Exit);
    }

    [Fact]
    public async Task A_sign_in_is_remembered_without_its_secret_and_logout_forgets_it()
    {
        await SignInAsync();
        var remembered = _line.Read("settings/signin.json");
        Assert.Contains(_registry.Owner.AppId, remembered);
        Assert.DoesNotContain(_registry.Owner.Password, remembered);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Join(_line.Folder, "settings/signin.json")));
        var account = JsonNode.Parse(await AzAsync("account", "show"))!;
        Assert.Equal(_registry.Owner.AppId, account["user"]!["name"]!.GetValue<string>());
        Assert.Equal("servicePrincipal", account["user"]!["type"]!.GetValue<string>());

        await AzAsync("logout");
        Assert.False(_line.Exists("settings/signin.json"));
        Assert.DoesNotContain(Host, _line.Read("docker/config.json"));
    }

    [Fact]
    public async Task A_wrong_secret_signs_nobody_in()
    {
        var result = await RunAzAsync("login", "--service-principal", "-u", _registry.Owner.AppId, "-p", "wrong");
        Assert.Equal(ExitCode.Authentication, result.Exit);
        Assert.DoesNotContain("wrong", result.Error);
        Assert.False(_line.Exists("settings/signin.json"));
    }

    [Fact]
    public async Task Acr_login_stores_a_token_for_other_clients_and_can_show_it()
    {
        await _line.DoneAsync("acr", "login", "-n", Host, "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password);
        var auth = JsonNode.Parse(_line.Read("docker/config.json"))!["auths"]![Host]!["auth"]!.GetValue<string>();
        Assert.StartsWith($"{TokenUser}:ey", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(auth)));
        await PushAsync("a:v1");

        var shown = await _line.RunAsync("acr", "login", "-n", Host, "--expose-token");
        var token = JsonNode.Parse(shown.Output)!;
        Assert.Equal((Host, TokenUser), (token["loginServer"]!.GetValue<string>(), token["username"]!.GetValue<string>()));
        Assert.Equal(token["accessToken"]!.GetValue<string>(), token["refreshToken"]!.GetValue<string>());
        Assert.StartsWith("WARNING: ", shown.Error);
    }

    [Fact]
    public async Task Acr_login_leaves_a_stored_secret_in_place_and_says_whether_it_is_good()
    {
        await SignInAsync();
        var stored = _line.Read("docker/config.json");
        Assert.Equal("Login Succeeded\n", await AzAsync("acr", "login", "-n", "myregistry"));
        Assert.Equal(stored, _line.Read("docker/config.json"));

        var other = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{_registry.Owner.AppId}:revoked"));
        _line.Write("docker/config.json", "{\"auths\":{\"" + Host + "\":{\"auth\":\"" + other + "\"}}}");
        Assert.Equal(ExitCode.Authentication, (await RunAzAsync("acr", "login", "-n", "myregistry")).Exit);
    }

    [Fact]
    public async Task Acr_login_without_credentials_says_where_to_get_them()
    {
        var result = await _line.RunAsync("acr", "login", "-n", Host);
        Assert.Equal(ExitCode.Authentication, result.Exit);
        Assert.Contains("gantry acr login -n NAME --server URL", result.Error);
    }

    [Fact]
    public async Task Acr_login_by_a_bare_name_signs_in_to_its_server()
    {
        _line.Set("GANTRY_SERVER", "");
        await _line.DoneAsync("acr", "login", "-n", "myregistry", "--server", _registry.Url.ToString(), "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password);
        Assert.Contains(Host, _line.Read("settings/signin.json"));
        Assert.Equal("[]\n", await _line.DoneAsync("acr", "repository", "list", "-n", "myregistry"));
        await _line.DoneAsync("admin", "principal", "list");
        await PushAsync("a:v1");
    }

    [Fact]
    public async Task The_server_of_the_environment_resolves_a_bare_name()
    {
        Assert.Equal("[]\n", await _line.DoneAsync("acr", "repository", "list", "-n", "myregistry", "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password));
        var unknown = await _line.RunAsync("acr", "repository", "list", "-n", "other", "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password);
        Assert.Equal(ExitCode.NotFound, unknown.Exit);
        Assert.Contains("has no registry 'other'", unknown.Error);
    }

    [Fact]
    public async Task Who_is_signed_in_and_may_not_is_told_so_and_not_to_sign_in_again()
    {
        var created = JsonNode.Parse(await _line.DoneAsync("admin", "principal", "create", "reader", "--role", "AcrPull", "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password))!;
        var user = created["appId"]!.GetValue<string>();
        await _line.DoneAsync("login", Host, "-u", user, "-p", created["password"]!.GetValue<string>());
        var result = await _line.RunAsync("push", $"{Host}/a:v1", "artifact.txt");
        Assert.Equal(ExitCode.Authentication, result.Exit);
        Assert.StartsWith($"Error: you are signed in as {user}, which may not push to a", result.Error);
        Assert.EndsWith("Ask the registry's owner for a role that allows it, or use another account\n", result.Error);
        Assert.DoesNotContain("log in again", result.Error);
    }

    [Fact]
    public async Task Nobody_signed_in_is_told_without_the_raw_request()
    {
        var result = await _line.RunAsync("resolve", $"{Host}/a:v1");
        Assert.Equal(ExitCode.Authentication, result.Exit);
        Assert.DoesNotContain("HEAD", result.Error);
    }

    [Fact]
    public async Task Lists_take_a_bound_and_an_order()
    {
        await SignInAsync();
        foreach (var tag in (string[])["b", "c", "a"])
            await PushAsync($"samples/artifact:{tag}");
        await PushAsync("other:1");
        Assert.Equal("[\n  \"other\",\n  \"samples/artifact\"\n]\n", await AzAsync("acr", "repository", "list", "-n", "myregistry"));
        Assert.Equal("other\n", await AzAsync("acr", "repository", "list", "-n", Host, "--top", "1", "-o", "tsv"));
        Assert.Equal("a\nb\nc\n", await AzAsync("acr", "repository", "show-tags", "-n", Host, "--repository", "samples/artifact", "-o", "tsv"));
        Assert.Equal("a\nc\n", await AzAsync("acr", "repository", "show-tags", "-n", Host, "--repository", "samples/artifact", "--orderby", "time_desc", "--top", "2", "-o", "tsv"));
        var details = JsonNode.Parse(await AzAsync("acr", "repository", "show-tags", "-n", Host, "--repository", "samples/artifact", "--detail"))!.AsArray();
        Assert.Equal(["a", "b", "c"], details.Select(tag => tag!["name"]!.GetValue<string>()));
        var manifests = JsonNode.Parse(await AzAsync("acr", "repository", "show-manifests", "-n", Host, "--repository", "samples/artifact"))!.AsArray();
        Assert.Equal(["a", "b", "c"], manifests[0]!["tags"]!.AsArray().Select(tag => tag!.GetValue<string>()));
    }

    [Fact]
    public async Task A_lock_forbids_the_delete_until_it_is_taken_away()
    {
        await SignInAsync();
        await PushAsync("samples/artifact:1.0");
        string[] image = ["-n", Host, "--image", "samples/artifact:1.0"];
        var locked = JsonNode.Parse(await AzAsync(["acr", "repository", "update", .. image, "--write-enabled", "false"]))!;
        Assert.False(locked["changeableAttributes"]!["writeEnabled"]!.GetValue<bool>());
        Assert.Equal(ExitCode.Conflict, (await RunAzAsync(["acr", "repository", "delete", .. image, "-y"])).Exit);
        Assert.Equal(ExitCode.Conflict, (await RunAzAsync(["acr", "repository", "untag", .. image])).Exit);
        await AzAsync(["acr", "repository", "update", .. image, "--write-enabled", "true"]);
        Assert.Equal("", await AzAsync(["acr", "repository", "untag", .. image]));
    }

    [Fact]
    public async Task Deleting_asks_first_and_a_no_keeps_everything()
    {
        await SignInAsync();
        await PushAsync("samples/artifact:1.0");
        string[] delete = ["acr", "repository", "delete", "-n", Host, "--repository", "samples/artifact"];
        var nobody = await RunAzAsync(delete);
        Assert.Equal((ExitCode.Failed, "ERROR: Unable to prompt for confirmation as no tty available. Use --yes.\n"), (nobody.Exit, nobody.Error));

        _line.Terminal = new Terminal { InputIsTerminal = true };
        _line.Input = "perhaps\nn\n";
        const string Question = "Are you sure you want to delete the repository 'samples/artifact' and all images under it? (y/n): ";
        var no = await RunAzAsync(delete);
        Assert.Equal((ExitCode.Failed, $"{Question}{Question}ERROR: Operation cancelled.\n"), (no.Exit, no.Error));

        _line.Input = "y\n";
        var yes = JsonNode.Parse((await RunAzAsync(delete)).Output)!;
        Assert.Equal("1.0", yes["tagsDeleted"]![0]!.GetValue<string>());
        Assert.Single(yes["manifestsDeleted"]!.AsArray());
    }

    [Fact]
    public async Task A_secret_that_begins_with_a_dash_is_a_value()
    {
        var result = await RunAzAsync("acr", "repository", "list", "-n", Host, "-u", "nobody", "-p", "-nasty");
        Assert.Equal(ExitCode.Authentication, result.Exit);
    }

    private Task<string> SignInAsync() =>
        AzAsync("login", "--service-principal", "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password, "--tenant", _registry.Owner.Tenant);

    private Task<string> PushAsync(string name) => _line.DoneAsync("push", $"{Host}/{name}", "artifact.txt");

    private Task<string> AzAsync(params string[] args) => _line.DoneAsAsync("az", args);

    private Task<CommandResult> RunAzAsync(params string[] args) => _line.RunAsAsync("az", args);
}
