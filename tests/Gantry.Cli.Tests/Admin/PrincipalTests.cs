using System.Text.Json.Nodes;
using Gantry.Testing;

namespace Gantry.Cli.Tests.Admin;

public sealed class PrincipalTests : IAsyncLifetime
{
    private readonly CommandLine _line = new() { Name = "gantry" };
    private RegistryInProcess _registry = null!;

    private string[] AsOwner => ["--server", _registry.Url.ToString(), "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password];

    public async ValueTask InitializeAsync() => _registry = await RegistryInProcess.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _line.Dispose();
    }

    [Fact]
    public async Task A_principal_is_created_listed_used_and_deleted()
    {
        var created = JsonNode.Parse(await _line.DoneAsync(["admin", "principal", "create", "ci", "--role", "AcrPush", "--repository", "team", "-o", "json", .. AsOwner]))!.AsObject();
        Assert.Equal(["appId", "password", "tenant"], created.Select(member => member.Key).Order());
        var (appId, password) = (created["appId"]!.GetValue<string>(), created["password"]!.GetValue<string>());

        var list = await _line.DoneAsync(["admin", "principal", "list", .. AsOwner]);
        Assert.StartsWith("NAME ", list);
        Assert.Contains("AcrPush (team)", list);
        Assert.Contains(appId, list);
        Assert.DoesNotContain(password, list);

        string[] push = ["push", "-u", appId, "-p", password];
        await _line.DoneAsync([.. push, $"{_registry.LoginServer}/team/a:1", "artifact.txt"]);
        Assert.Equal(ExitCode.Authentication, (await _line.RunAsync([.. push, $"{_registry.LoginServer}/other/a:1", "artifact.txt"])).Exit);

        Assert.Equal("", await _line.DoneAsync(["admin", "principal", "delete", appId, .. AsOwner]));
        Assert.Equal(ExitCode.NotFound, (await _line.RunAsync(["admin", "principal", "delete", appId, .. AsOwner])).Exit);
        Assert.Equal(ExitCode.Authentication, (await _line.RunAsync([.. push, $"{_registry.LoginServer}/team/a:2", "artifact.txt"])).Exit);
    }

    [Fact]
    public async Task A_password_is_replaced()
    {
        var ci = await _registry.AddPrincipalAsync("ci", "AcrPull");
        var reset = JsonNode.Parse(await _line.DoneAsync(["admin", "principal", "reset", ci.AppId, "-o", "json", .. AsOwner]))!;
        Assert.Equal(ci.AppId, reset["appId"]!.GetValue<string>());
        Assert.NotEqual(ci.Password, reset["password"]!.GetValue<string>());
        Assert.Equal(ExitCode.NotFound, (await _line.RunAsync(["admin", "principal", "reset", Guid.NewGuid().ToString(), .. AsOwner])).Exit);
    }

    [Fact]
    public async Task A_password_comes_from_standard_input_and_one_on_the_command_line_is_warned_of()
    {
        string[] list = ["admin", "principal", "list", "--server", _registry.Url.ToString(), "-u", _registry.Owner.AppId];
        _line.Input = _registry.Owner.Password + "\n";
        Assert.Equal((ExitCode.Done, ""), await RunAsync([.. list, "--password-stdin"]));
        var (exit, error) = await RunAsync([.. list, "-p", _registry.Owner.Password]);
        Assert.Equal(ExitCode.Done, exit);
        Assert.Contains("--password-stdin", error);
        Assert.Equal(ExitCode.Usage, (await RunAsync([.. list, "-p", "x", "--password-stdin"])).Exit);

        string[] login = ["login", "--server", _registry.Url.ToString(), "-u", _registry.Owner.AppId];
        Assert.Equal("", (await _line.RunAsAsync("az", [.. login, "-p", _registry.Owner.Password])).Error);

        async Task<(int Exit, string Error)> RunAsync(string[] args)
        {
            var result = await _line.RunAsync(args);
            return (result.Exit, result.Error);
        }
    }

    [Fact]
    public async Task The_credentials_of_login_are_used()
    {
        _line.Input = _registry.Owner.Password;
        await _line.DoneAsync("login", _registry.LoginServer, "-u", _registry.Owner.AppId, "--password-stdin");
        Assert.Contains("owner", await _line.DoneAsync("admin", "principal", "list", "--server", _registry.Url.ToString()), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "create", "--role", "AcrPull")]
    [InlineData(ExitCode.Usage, "delete", "ci")]
    [InlineData(ExitCode.Usage, "create", "ci", "--role", "AcrPull", "--repository", "Not A Name")]
    [InlineData(ExitCode.Failed, "create", "ci", "--role", "King")]
    public async Task What_is_wrong_is_refused(int exit, params string[] args) =>
        Assert.Equal(exit, (await _line.RunAsync(["admin", "principal", .. args, .. AsOwner])).Exit);

    [Fact]
    public async Task A_principal_without_a_role_may_nothing_until_it_gets_one()
    {
        var created = JsonNode.Parse(await _line.DoneAsync(["admin", "principal", "create", "ci", "-o", "json", .. AsOwner]))!;
        string[] push = ["push", "-u", created["appId"]!.GetValue<string>(), "-p", created["password"]!.GetValue<string>(), $"{_registry.LoginServer}/a:1", "artifact.txt"];
        Assert.NotEqual(ExitCode.Done, (await _line.RunAsync(push)).Exit);
        await _line.DoneAsync(["admin", "role", "assign", "--assignee", "ci", "--role", "AcrPush", .. AsOwner]);
        await _line.DoneAsync(push);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_a_conflict()
    {
        string[] create = ["admin", "principal", "create", "ci", "--role", "AcrPull", .. AsOwner];
        await _line.DoneAsync(create);
        Assert.Equal(ExitCode.Conflict, (await _line.RunAsync(create)).Exit);
    }

    [Fact]
    public async Task Who_is_no_owner_manages_nobody()
    {
        var reader = await _registry.AddPrincipalAsync("reader", "AcrPull");
        var result = await _line.RunAsync("admin", "principal", "list", "--server", _registry.Url.ToString(), "-u", reader.AppId, "-p", reader.Password);
        Assert.Equal(ExitCode.Authentication, result.Exit);
    }
}
