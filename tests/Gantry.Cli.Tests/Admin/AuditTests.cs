using System.Text.Json.Nodes;
using Gantry.Testing;

namespace Gantry.Cli.Tests.Admin;

public sealed class AuditTests : IAsyncLifetime
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
    public async Task What_was_done_is_told_oldest_first_and_by_what_is_asked_for()
    {
        string[] push = ["push", "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password];
        await _line.DoneAsync([.. push, $"{_registry.LoginServer}/samples/a:1", "artifact.txt"]);
        await _line.DoneAsync([.. push, $"{_registry.LoginServer}/samples/b:2", "artifact.txt"]);

        var text = await _line.DoneAsync(["admin", "audit", "--operation", "push", "--since", "1h", .. AsOwner]);
        Assert.True(text.IndexOf("samples/a:1", StringComparison.Ordinal) < text.IndexOf("samples/b:2", StringComparison.Ordinal), text);
        Assert.All(text.TrimEnd('\n').Split('\n'), line => Assert.Contains("  Push            201  " + _registry.Owner.AppId, line));

        var records = JsonNode.Parse(await _line.DoneAsync(["admin", "audit", "--repository", "samples/b", "--top", "1", "-o", "json", .. AsOwner]))!.AsArray();
        Assert.Equal(("Push", "2"), (records.Single()!["OperationName"]!.GetValue<string>(), records[0]!["Tag"]!.GetValue<string>()));
        Assert.Equal("[]", (await _line.DoneAsync(["admin", "audit", "--identity", "nobody", "-o", "json", .. AsOwner])).Trim());
    }

    [Fact]
    public async Task Whoever_is_no_owner_is_told_nothing()
    {
        var reader = await _registry.AddPrincipalAsync("reader", "AcrPull");
        var result = await _line.RunAsync(["admin", "audit", "--server", _registry.Url.ToString(), "-u", reader.AppId, "-p", reader.Password]);
        Assert.NotEqual(ExitCode.Done, result.Exit);
        Assert.Contains("Gantry/audit/read", result.Error);
    }

    [Fact]
    public async Task A_time_that_is_none_is_refused() =>
        Assert.Equal(ExitCode.Usage, (await _line.RunAsync(["admin", "audit", "--since", "yesterday", .. AsOwner])).Exit);
}
