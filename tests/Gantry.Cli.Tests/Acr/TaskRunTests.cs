using System.Text.Json.Nodes;
using Gantry.Testing.Http;

namespace Gantry.Cli.Tests.Acr;

public sealed class TaskRunTests : IAsyncLifetime
{
    private readonly CommandLine _line = new() { Name = "gantry" };
    private ScriptedPeer _peer = null!;

    public async ValueTask InitializeAsync() => _peer = await RunPeer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _peer.DisposeAsync();
        _line.Dispose();
    }

    private Task<string> TaskAsync(params string[] words) => _line.DoneAsync(["acr", "task", .. words, "-r", _peer.Authority]);

    private static PeerAnswer List(params string[] runs) => PeerAnswer.Json($"{{\"value\":[{string.Join(',', runs)}]}}");

    [Fact]
    public async Task Runs_are_shown_as_azs_table()
    {
        _peer.On("GET", $"{RunPeer.Path}/runs", List(
            RunPeer.Json("cf2", "Running", ",\"startTime\":\"2026-01-02T03:04:06.5Z\""),
            RunPeer.Json("cf1", "Succeeded", ",\"startTime\":\"2026-01-02T03:04:06.5Z\",\"finishTime\":\"2026-01-02T04:05:08.6Z\"")));
        Assert.Equal("""
            RUN ID    TASK    PLATFORM    STATUS     TRIGGER    STARTED               DURATION
            --------  ------  ----------  ---------  ---------  --------------------  ----------
            cf2               linux       Running    Manual     2026-01-02T03:04:06Z
            cf1               linux       Succeeded  Manual     2026-01-02T03:04:06Z  01:01:02

            """, await TaskAsync("list-runs", "-o", "table"));
        Assert.Equal("?api-version=2019-06-01-preview&$top=15", _peer.Asked("GET", $"{RunPeer.Path}/runs")[0].Query);
    }

    [Fact]
    public async Task Runs_are_chosen_by_status_task_and_image_and_a_tag_is_looked_up()
    {
        var digest = "sha256:" + new string('a', 64);
        _peer.On("GET", "/acr/v1/builds/app/_tags/v1", PeerAnswer.Json(
            "{\"registry\":\"r\",\"imageName\":\"builds/app\",\"tag\":{\"name\":\"v1\",\"digest\":\"" + digest + "\",\"createdTime\":\"2026-01-02T03:04:05Z\",\"lastUpdateTime\":\"2026-01-02T03:04:05Z\",\"signed\":false,"
            + "\"changeableAttributes\":{\"deleteEnabled\":true,\"writeEnabled\":true,\"readEnabled\":true,\"listEnabled\":true}}}"))
            .On("GET", $"{RunPeer.Path}/runs", List(RunPeer.Json("cf1", "Failed")));
        var listed = JsonNode.Parse(await TaskAsync("list-runs", "--run-status", "failed", "-n", "nightly", "--image", "builds/app:v1", "--top", "3"))!;
        Assert.Equal("cf1", listed[0]!["runId"]!.GetValue<string>());
        Assert.Equal(
            $"?api-version=2019-06-01-preview&$filter=TaskName eq 'nightly' and Status eq 'Failed' and contains(OutputImageManifests, 'builds/app@{digest}')&$top=3",
            Uri.UnescapeDataString(_peer.Asked("GET", $"{RunPeer.Path}/runs")[0].Query));
    }

    [Fact]
    public async Task A_run_is_shown_and_canceled()
    {
        _peer.On("GET", $"{RunPeer.Path}/runs/cf1", RunPeer.Run("cf1", "Canceled")).On("POST", $"{RunPeer.Path}/runs/cf1/cancel", 200);
        Assert.Equal("", await TaskAsync("cancel-run", "--run-id", "cf1"));
        Assert.Equal("Canceled", JsonNode.Parse(await TaskAsync("show-run", "--run-id", "cf1"))!["status"]!.GetValue<string>());
        Assert.Contains("status: Canceled\n", await TaskAsync("show-run", "--run-id", "cf1", "-o", "yaml"));
    }

    [Fact]
    public async Task The_log_of_the_newest_run_is_shown_and_its_failure_is_not_this_commands()
    {
        _peer.On("GET", $"{RunPeer.Path}/runs", List(RunPeer.Json("cf1", "Failed"))).WithLog("why\r\n", "failed");
        var result = await _line.RunAsync("acr", "task", "logs", "-r", _peer.Authority, "-n", "nightly");
        Assert.Equal((ExitCode.Done, "why\n", "WARNING: Showing logs for the last created run for task 'nightly'...\nWARNING: Run ID: cf1\n"), (result.Exit, result.Output, result.Error));
    }

    [Fact]
    public async Task Without_any_run_there_is_no_log()
    {
        _peer.On("GET", $"{RunPeer.Path}/runs", List());
        var result = await _line.RunAsync("acr", "task", "logs", "-r", _peer.Authority);
        Assert.Equal((ExitCode.NotFound, "ERROR: Could not find the last created run.\n"), (result.Exit, result.Error));
    }

    [Fact]
    public async Task A_run_that_is_not_there_is_exit_code_3()
    {
        _peer.On("GET", $"{RunPeer.Path}/runs/zz", PeerAnswer.Json("""{"error":{"code":"ResourceNotFound","message":"there is no run zz"}}""", 404));
        var result = await _line.RunAsync("acr", "task", "show-run", "-r", _peer.Authority, "--run-id", "zz");
        Assert.Equal((ExitCode.NotFound, "ERROR: there is no run zz\n"), (result.Exit, result.Error));
    }

    [Theory]
    [InlineData("the following arguments are required: --run-id, --registry/-r", "show-run")]
    [InlineData("the following arguments are required: --run-id", "cancel-run", "-r", "r.example")]
    [InlineData("the following arguments are required: --registry/-r", "list-runs")]
    [InlineData("'Lost' is not a valid value for '--run-status'. Allowed values: Queued, Started, Running, Succeeded, Failed, Canceled, Error, Timeout.", "list-runs", "-r", "r.example", "--run-status", "Lost")]
    [InlineData("argument --top: invalid int value: '0'", "list-runs", "-r", "r.example", "--top", "0")]
    [InlineData("--image a:b:c", "logs", "-r", "r.example", "--image", "a:b:c")]
    public async Task A_wrong_command_line_is_refused(string message, params string[] words)
    {
        var result = await _line.RunAsync(["acr", "task", .. words]);
        Assert.Equal((ExitCode.Usage, ""), (result.Exit, result.Output));
        Assert.StartsWith($"ERROR: {message}", result.Error);
    }
}
