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
        Assert.StartsWith("AppId ", list);
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
    public async Task The_credentials_of_login_are_used()
    {
        _line.Input = _registry.Owner.Password;
        await _line.DoneAsync("login", _registry.LoginServer, "-u", _registry.Owner.AppId, "--password-stdin");
        Assert.Contains("owner", await _line.DoneAsync("admin", "principal", "list", "--server", _registry.Url.ToString()), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "create", "ci")]
    [InlineData(ExitCode.Usage, "create", "--role", "AcrPull")]
    [InlineData(ExitCode.Usage, "delete", "ci")]
    [InlineData(ExitCode.Usage, "create", "ci", "--role", "AcrPull", "--repository", "Not A Name")]
    [InlineData(ExitCode.Failed, "create", "ci", "--role", "King")]
    public async Task What_is_wrong_is_refused(int exit, params string[] args) =>
        Assert.Equal(exit, (await _line.RunAsync(["admin", "principal", .. args, .. AsOwner])).Exit);

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
