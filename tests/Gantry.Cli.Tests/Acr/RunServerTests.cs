using System.Text.Json.Nodes;
using Gantry.Testing;

namespace Gantry.Cli.Tests.Acr;

/// <summary>Runs of a whole registry that has no worker: they wait until they are canceled.</summary>
public sealed class RunServerTests : IAsyncLifetime
{
    private readonly CommandLine _line = new() { Name = "gantry" };
    private RegistryInProcess _registry = null!;

    public async ValueTask InitializeAsync() => _registry = await RegistryInProcess.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _line.Dispose();
    }

    private string[] As(params string[] words) => [.. words, "-r", _registry.LoginServer, "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password];

    [Fact]
    public async Task A_build_is_queued_listed_shown_canceled_and_its_log_ends()
    {
        _line.Write("app/Dockerfile", "FROM scratch\n");
        var queued = await _line.RunAsync(As("acr", "build", "--no-wait", "-t", "builds/app:1", "app"));
        Assert.True(queued.Exit == ExitCode.Done, queued.Error);
        Assert.Equal("", queued.Output);
        var runId = queued.Error.Split("Queued a build with ID: ")[1].Split('\n')[0];

        var listed = JsonNode.Parse(await _line.DoneAsync(As("acr", "task", "list-runs")))!.AsArray();
        Assert.Equal((runId, "Queued"), (listed.Single()!["runId"]!.GetValue<string>(), listed[0]!["status"]!.GetValue<string>()));
        Assert.Contains($"{runId}  ", await _line.DoneAsync(As("acr", "task", "list-runs", "-o", "table")));

        Assert.Equal("", await _line.DoneAsync(As("acr", "task", "cancel-run", "--run-id", runId)));
        var shown = JsonNode.Parse(await _line.DoneAsync(As("acr", "task", "show-run", "--run-id", runId)))!;
        Assert.Equal(("Canceled", "QuickBuild", "linux"), (shown["status"]!.GetValue<string>(), shown["runType"]!.GetValue<string>(), shown["platform"]!["os"]!.GetValue<string>()));

        Assert.Equal(ExitCode.Done, (await _line.RunAsync(As("acr", "task", "logs", "--run-id", runId))).Exit);
        Assert.Equal("[]\n", await _line.DoneAsync(As("acr", "task", "list-runs", "--run-status", "Succeeded")));
    }

    [Fact]
    public async Task The_token_that_acr_login_stored_schedules_too()
    {
        _line.Set("GANTRY_SERVER", _registry.Url.ToString());
        var token = JsonNode.Parse(await _line.DoneAsync("acr", "login", "-n", "myregistry", "-u", _registry.Owner.AppId, "-p", _registry.Owner.Password, "--expose-token"))!["accessToken"]!.GetValue<string>();
        await _line.DoneAsync("login", _registry.LoginServer, "-u", "00000000-0000-0000-0000-000000000000", "-p", token);
        var result = await _line.RunAsync("acr", "build", "-r", "myregistry", "--no-wait", "-t", "builds/app:1", $"oci://{_registry.LoginServer}/dockerfile:1.0");
        Assert.True(result.Exit == ExitCode.Done, result.Error);
    }

    [Fact]
    public async Task Nobody_schedules_nothing_and_a_git_source_is_refused_in_the_servers_words()
    {
        Assert.Equal(ExitCode.Authentication, (await _line.RunAsync("acr", "build", "-r", _registry.LoginServer, "-t", "a:1", "oci://r.example/a:1")).Exit);
        var result = await _line.RunAsync(As("acr", "build", "-t", "a:1", "https://github.com/example/app.git#main"));
        Assert.Equal(ExitCode.Failed, result.Exit);
        Assert.Contains("git", result.Error.Split('\n')[^2], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_run_that_is_not_there_is_exit_code_3() =>
        Assert.Equal(ExitCode.NotFound, (await _line.RunAsync(As("acr", "task", "show-run", "--run-id", "zz99"))).Exit);
}
