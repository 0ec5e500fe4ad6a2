using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Cli.Tests.Acr;

public sealed class AcrBuildTests : IAsyncLifetime
{
    private readonly CommandLine _line = new() { Name = "az" };
    private ScriptedPeer _peer = null!;

    public async ValueTask InitializeAsync() => _peer = await RunPeer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _peer.DisposeAsync();
        _line.Dispose();
    }

    private Task<CommandResult> BuildAsync(params string[] more) => _line.RunAsync(["acr", "build", "-r", _peer.Authority, .. more]);

    private JsonNode Scheduled => JsonNode.Parse(_peer.Asked("POST", $"{RunPeer.Path}/scheduleRun").Single().Text)!;

    [Fact]
    public async Task The_log_goes_to_standard_output_with_the_lines_of_this_system_and_all_else_to_standard_error()
    {
        _peer.WithLog("2026/01/02 03:04:05 Downloading source code...\r\nRun ID: cf1 was successful after 1s\r\n", "successful");
        var result = await BuildAsync("-t", "builds/hello-world:v1", "-f", "hello-world.dockerfile", "oci://localhost:5000/dockerfile:1.0");
        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.Equal("2026/01/02 03:04:05 Downloading source code...\nRun ID: cf1 was successful after 1s\n", result.Output);
        Assert.Equal("WARNING: Sending context to registry: myregistry...\nWARNING: Queued a build with ID: cf1\nWARNING: Waiting for an agent...\n", result.Error);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""
            {"type":"DockerBuildRequest","imageNames":["builds/hello-world:v1"],"isPushEnabled":true,"noCache":false,"dockerFilePath":"hello-world.dockerfile",
             "arguments":[],"platform":{"os":"linux","architecture":"amd64"},"sourceLocation":"oci://localhost:5000/dockerfile:1.0","credentials":{},"isArchiveEnabled":false}
            """), Scheduled), Scheduled.ToJsonString());
    }

    [Fact]
    public async Task On_a_terminal_what_goes_on_has_no_prefix_and_only_show_errors_hides_it()
    {
        _peer.WithLog("x\r\n", "successful");
        _line.Terminal = new Terminal { ErrorIsTerminal = true };
        Assert.Equal("Sending context to registry: myregistry...\nQueued a build with ID: cf1\nWaiting for an agent...\n", (await BuildAsync("-t", "a", "oci://r.example/a:1")).Error);
        Assert.Equal("", (await BuildAsync("-t", "a", "oci://r.example/a:1", "--only-show-errors")).Error);
    }

    [Theory]
    [InlineData("failed", "Run failed")]
    [InlineData("internalerror", "Run failed")]
    [InlineData("timedout", "Run timed out")]
    [InlineData("canceled", "Run was canceled")]
    public async Task A_run_that_did_not_end_well_fails_in_azs_words_after_its_log(string complete, string message)
    {
        _peer.WithLog("why\r\n", complete);
        var result = await BuildAsync("-t", "a:1", "OCI://r.example/a:1");
        Assert.Equal((ExitCode.Failed, "why\n"), (result.Exit, result.Output));
        Assert.EndsWith($"\nERROR: {message}\n", result.Error);
    }

    [Fact]
    public async Task Every_flag_reaches_the_request()
    {
        _line.Set("FROM_ENVIRONMENT", "e");
        var result = await BuildAsync(
            "-t", "a:1", "--image", "b:{{.Run.ID}}", "--build-arg", "A=1=2", "--build-arg", "FROM_ENVIRONMENT", "--build-arg", "NOWHERE", "--secret-build-arg", "TOKEN=s3cret", "--target", "final",
            "--platform", "linux/arm64/v8", "--no-push", "--timeout", "1200", "--auth-mode", "none", "--source-acr-auth-id", "[caller]",
            "-g", "rg", "--no-wait", "/dev/null");
        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.Equal("", result.Output);
        Assert.Equal("WARNING: --build-arg NOWHERE has no value, and the environment has none for it: it is left out\nWARNING: Queued a build with ID: cf1\n", result.Error);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""
            {"type":"DockerBuildRequest","imageNames":["a:1","b:{{.Run.ID}}"],"isPushEnabled":false,"noCache":false,"dockerFilePath":"Dockerfile","target":"final",
             "arguments":[{"type":"Argument","name":"A","value":"1=2","isSecret":false},{"type":"Argument","name":"FROM_ENVIRONMENT","value":"e","isSecret":false},
                          {"type":"Argument","name":"TOKEN","value":"s3cret","isSecret":true}],
             "timeout":1200,"platform":{"os":"linux","architecture":"arm64","variant":"v8"},
             "credentials":{"sourceRegistry":{"loginMode":"None","identity":"[caller]"}},"isArchiveEnabled":false}
            """), Scheduled), Scheduled.ToJsonString());
    }

    [Fact]
    public async Task A_secret_argument_is_shown_nowhere_also_with_debug_and_in_a_failure()
    {
        _peer.WithLog("x\r\n", "failed");
        var result = await BuildAsync("--debug", "--verbose", "--secret-build-arg", "TOKEN=hunter2", "--secret-build-arg", "=hunter2", "oci://r.example/a:1");
        Assert.Equal(ExitCode.Usage, result.Exit);
        Assert.DoesNotContain("hunter2", result.Output + result.Error);
        result = await BuildAsync("--debug", "--secret-build-arg", "TOKEN=hunter2", "oci://r.example/a:1");
        Assert.Contains("> POST ", result.Error);
        Assert.Contains("'--image or -t' is not provided. Skipping image push after build.", result.Error);
        Assert.DoesNotContain("hunter2", result.Output + result.Error);
    }

    [Fact]
    public async Task The_signature_of_a_link_is_not_traced()
    {
        _peer.WithLog("x\r\n", "successful");
        var result = await BuildAsync("--debug", "-t", "a", "oci://r.example/a:1");
        Assert.Contains("/logs/cf1?sig=*****", result.Error);
    }

    [Fact]
    public async Task Without_the_log_the_finished_run_is_shown_with_every_member_of_azs_model()
    {
        _peer.On("GET", $"{RunPeer.Path}/runs/cf1", RunPeer.Run("cf1", "Running"), RunPeer.Run("cf1", "Succeeded",
            ",\"startTime\":\"2026-01-02T03:04:06Z\",\"finishTime\":\"2026-01-02T03:05:07Z\",\"outputImages\":[{\"registry\":\"r\",\"repository\":\"a\",\"digest\":\"sha256:1\"}]"));
        var result = await BuildAsync("--no-logs", "-t", "a", "oci://r.example/a:1");
        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.Equal($$"""
            {
              "agentConfiguration": null,
              "agentPoolName": null,
              "createTime": "2026-01-02T03:04:05+00:00",
              "customRegistries": null,
              "finishTime": "2026-01-02T03:05:07+00:00",
              "id": "{{RunPeer.Path}}/runs/cf1",
              "imageUpdateTrigger": null,
              "isArchiveEnabled": false,
              "lastUpdatedTime": "2026-01-02T03:04:05.123456+00:00",
              "logArtifact": null,
              "name": "cf1",
              "outputImages": [
                {
                  "digest": "sha256:1",
                  "registry": "r",
                  "repository": "a",
                  "tag": null
                }
              ],
              "platform": {
                "architecture": "amd64",
                "os": "linux",
                "variant": null
              },
              "provisioningState": "Succeeded",
              "resourceGroup": "gantry",
              "runErrorMessage": null,
              "runId": "cf1",
              "runType": "QuickBuild",
              "sourceRegistryAuth": null,
              "sourceTrigger": null,
              "startTime": "2026-01-02T03:04:06+00:00",
              "status": "Succeeded",
              "systemData": null,
              "task": null,
              "timerTrigger": null,
              "type": "Microsoft.ContainerRegistry/registries/runs",
              "updateTriggerToken": null
            }

            """, result.Output);
    }

    [Fact]
    public async Task Without_the_log_a_failed_run_says_where_to_look()
    {
        _peer.On("GET", $"{RunPeer.Path}/runs/cf1", RunPeer.Run("cf1", "Timeout"));
        var result = await BuildAsync("--no-logs", "-t", "a", "oci://r.example/a:1");
        Assert.Equal((ExitCode.Failed, ""), (result.Exit, result.Output));
        Assert.EndsWith(
            $"ERROR: The run with ID 'cf1' finished with unsuccessful status 'Timeout'. Show run details by 'az acr task show-run -r {_peer.Authority} --run-id cf1'. "
            + $"Show run logs by 'az acr task logs -r {_peer.Authority} --run-id cf1'.\n", result.Error);
    }

    [Fact]
    public async Task An_archive_goes_up_as_it_is()
    {
        byte[] bytes = [.. Enumerable.Range(0, 1901).Select(i => (byte)i)];
        File.WriteAllBytes(Path.Join(_line.Folder, "context.tar.gz"), bytes);
        _peer.WithLog("x\r\n", "successful");
        var result = await BuildAsync("-t", "a", "-f", "deep/Dockerfile", "context.tar.gz");
        Assert.Equal(ExitCode.Done, result.Exit);
        Assert.Contains("context.tar.gz'...\nWARNING: Sending context (1.856 KiB) to registry: myregistry...\n", result.Error);
        Assert.Equal(bytes, _peer.Asked("PUT", "/sources/1").Single().Body);
        Assert.Equal(("source/1.tar.gz", "deep/Dockerfile"), (Scheduled["sourceLocation"]!.GetValue<string>(), Scheduled["dockerFilePath"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Whoever_is_interrupted_is_told_that_the_run_goes_on_and_how_to_end_it()
    {
        _peer.WithLog("first line\r\n", complete: null);
        var result = await _line.RunUntilAsync("first line\n", () => Task.CompletedTask, "acr", "build", "-r", _peer.Authority, "-t", "a", "oci://r.example/a:1");
        Assert.Equal(ExitCode.Interrupted, result.Exit);
        Assert.EndsWith(
            $"The run cf1 goes on. To see it: az acr task logs -r {_peer.Authority} --run-id cf1\nTo end it: az acr task cancel-run -r {_peer.Authority} --run-id cf1\nERROR: interrupted\n",
            result.Error);
        Assert.Empty(_peer.Asked("POST", $"{RunPeer.Path}/runs/cf1/cancel"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_loses_the_server_is_told_that_the_run_may_go_on_and_how_to_see_it(bool hasWords)
    {
        using var line = new CommandLine { Name = "az", Time = new SkippingClock() };
        _peer.On("GET", "/logs/cf1", request => request.Headers["x-ms-range"] == "bytes=0-"
            ? new PeerAnswer(206) { Body = "first line\r\n"u8.ToArray() }.With("Content-Range", "bytes 0-11/12")
            : hasWords ? 503 : PeerAnswer.Cut);
        var result = await line.RunAsync("acr", "build", "-r", _peer.Authority, "-t", "a", "oci://r.example/a:1");
        Assert.Equal((ExitCode.Network, "first line\n"), (result.Exit, result.Output));
        Assert.EndsWith(
            $"The run cf1 may go on. To see it: az acr task logs -r {_peer.Authority} --run-id cf1\nTo end it: az acr task cancel-run -r {_peer.Authority} --run-id cf1\n",
            result.Error);
        Assert.Contains("\nERROR: the registry myregistry no longer tells of the run: ", result.Error);
        if (!hasWords)
            Assert.Contains("it cannot be reached any more\n", result.Error);
    }

    [Theory]
    [InlineData(false, false, "a\u001b[2Jb\u0007 é\n")]
    [InlineData(true, false, "a\\u001b[2Jb\\u0007 é\n")]
    [InlineData(true, true, "a\u001b[2Jb\u0007 é\n")]
    public async Task A_log_cannot_move_the_cursor_of_a_terminal_unless_it_is_asked_for_raw(bool isTerminal, bool isRaw, string shown)
    {
        _peer.WithLog("a\u001b[2Jb\u0007 é\r\n", "successful");
        _line.Terminal = new Terminal { OutputIsTerminal = isTerminal };
        Assert.Equal(shown, (await BuildAsync(["-t", "a", "oci://r.example/a:1", .. isRaw ? ["--no-format"] : Array.Empty<string>()])).Output);
    }

    [Fact]
    public async Task What_the_server_refuses_is_shown_in_its_own_words()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/gantry/v1/registries", 404)
            .On("POST", global::Gantry.Protocol.Runs.RunPaths.Registry("localhost") + "/scheduleRun", PeerAnswer.Json("""{"error":{"code":"InvalidParameters","message":"a git source is not built yet"}}""", 400));
        var result = await _line.RunAsync("acr", "build", "-r", peer.Authority, "-t", "a", "https://github.com/a/b.git#main:dir");
        Assert.Equal(ExitCode.Failed, result.Exit);
        Assert.EndsWith("ERROR: a git source is not built yet\n", result.Error);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "the following arguments are required: --registry/-r", "build", ".")]
    [InlineData(ExitCode.Usage, "the following arguments are required: SOURCE_LOCATION", "build", "-r", "r.example")]
    [InlineData(ExitCode.Usage, "unrecognized arguments: two", "build", "-r", "r.example", ".", "two")]
    [InlineData(ExitCode.Usage, "unrecognized arguments: --secret-build-args", "build", "-r", "r.example", "--secret-build-args", "A=hunter2", ".")]
    [InlineData(ExitCode.Usage, "'plan9' is not a valid value for OS specified in --platform. Valid options are linux,windows.", "build", "-r", "r.example", "--platform", "plan9", "/dev/null")]
    [InlineData(ExitCode.Usage, "'mips' is not a valid value for Architecture specified in --platform. Valid options are amd64,x86,386,arm,arm64.", "build", "-r", "r.example", "--platform", "linux/mips", "/dev/null")]
    [InlineData(ExitCode.Usage, "'v9' is not a valid value for Variant specified in --platform. Valid options are v6,v7,v8.", "build", "-r", "r.example", "--platform", "linux/arm/v9", "/dev/null")]
    [InlineData(ExitCode.Usage, "'a/b/c/d' is not a valid value for --platform.", "build", "-r", "r.example", "--platform", "a/b/c/d", "/dev/null")]
    [InlineData(ExitCode.Usage, "argument --image/-t: 'a:b:c' is not the name of an image: the tag 'b:c': ", "build", "-r", "r.example", "-t", "a:b:c", "/dev/null")]
    [InlineData(ExitCode.Usage, "argument --image/-t: 'Hello:v1' is not the name of an image: the repository 'Hello': ", "build", "-r", "r.example", "-t", "ok", "-t", "Hello:v1", "/dev/null")]
    [InlineData(ExitCode.Usage, "argument --image/-t: 'r.example:port/a' is not the name of an image: the registry 'r.example:port' ", "build", "-r", "r.example", "-t", "r.example:port/a", "/dev/null")]
    [InlineData(ExitCode.Usage, "argument --image/-t: 'a:{{.Run.ID' is not the name of an image: it opens {{ and does not close it", "build", "-r", "r.example", "-t", "a:{{.Run.ID", "/dev/null")]
    [InlineData(ExitCode.Usage, "argument --image/-t: 'a@sha256:1' is not the name of an image: it has a digest", "build", "-r", "r.example", "-t", "a@sha256:1", "/dev/null")]
    [InlineData(ExitCode.Usage, "argument --timeout: 299 is not from 300 to 28800 seconds", "build", "-r", "r.example", "--timeout", "299", "/dev/null")]
    [InlineData(ExitCode.Usage, "argument --timeout: 28801 is not from 300 to 28800 seconds", "build", "-r", "r.example", "--timeout", "28801", "/dev/null")]
    [InlineData(ExitCode.Usage, "argument --agent-pool: not in this version", "build", "-r", "r.example", "--agent-pool", "pool", "/dev/null")]
    [InlineData(ExitCode.Usage, "argument --log-template: not in this version", "build", "-r", "r.example", "--log-template", "acr/logs", "/dev/null")]
    [InlineData(ExitCode.Usage, "argument --timeout: invalid int value: 'soon'", "build", "-r", "r.example", "--timeout", "soon", "/dev/null")]
    [InlineData(ExitCode.Usage, "'Maybe' is not a valid value for '--auth-mode'. Allowed values: Default, None.", "build", "-r", "r.example", "--auth-mode", "Maybe", "/dev/null")]
    [InlineData(ExitCode.Usage, "standard input cannot be the context of a build in a registry", "build", "-r", "r.example", "-")]
    [InlineData(ExitCode.Usage, "'artifact.txt' is a file. A context is a folder, a .tar.gz file or an address.", "build", "-r", "r.example", "artifact.txt")]
    [InlineData(ExitCode.NotFound, "'nowhere' is not there.", "build", "-r", "r.example", "nowhere")]
    [InlineData(ExitCode.NotFound, "Unable to find '", "build", "-r", "r.example", ".")]
    [InlineData(ExitCode.NotFound, "Unable to find 'nope'.", "build", "-r", "r.example", "-f", "nope", ".")]
    public async Task A_wrong_command_line_is_refused_before_anything_is_asked(int exit, string message, params string[] words)
    {
        var result = await _line.RunAsync(["acr", .. words]);
        Assert.Equal((exit, ""), (result.Exit, result.Output));
        Assert.StartsWith($"ERROR: {message}", result.Error);
        Assert.DoesNotContain("hunter2", result.Error);
    }

    [Fact]
    public async Task A_Dockerfile_that_is_in_the_context_and_not_where_the_user_is_is_guessed()
    {
        _line.Write("app/docker/web.dockerfile", "FROM scratch\n");
        var result = await BuildAsync("-f", "docker/web.dockerfile", "app");
        Assert.Equal(ExitCode.NotFound, result.Exit);
        Assert.Contains("Did you mean 'app/docker/web.dockerfile'?", result.Error);
    }

    [Fact]
    public async Task A_folder_is_packed_without_what_version_control_keeps_and_with_the_Dockerfile_from_wherever_it_is()
    {
        _line.Write("app/kept.txt", "kept");
        _line.Write("app/ignored.log", "ignored");
        _line.Write("app/.dockerignore", "*.log");
        _line.Write("app/.git/config", "secret");
        _line.Write("web.dockerfile", "FROM scratch");
        _peer.WithLog("x\r\n", "successful");
        var result = await BuildAsync("-t", "a", "-f", "web.dockerfile", "app");
        Assert.Equal(ExitCode.Done, result.Exit);

        var lines = result.Error.Split('\n');
        Assert.Equal("WARNING: Packing source code into tar to upload...", lines[0]);
        Assert.Equal("WARNING: Excluding '.git' based on default ignore rules", lines[1]);
        Assert.Matches(@"\AWARNING: Uploading archived source code from '.*build_archive_[0-9a-f]{32}\.tar\.gz'\.\.\.\z", lines[2]);
        Assert.Matches(@"\AWARNING: Sending context \(\d+\.\d{3} (Bytes|KiB)\) to registry: myregistry\.\.\.\z", lines[3]);
        Assert.False(File.Exists(lines[2].Split('\'')[1]));

        var dockerfile = Scheduled["dockerFilePath"]!.GetValue<string>();
        Assert.Matches(@"\A[0-9a-f]{32}_web\.dockerfile\z", dockerfile);
        Assert.Equal([".dockerignore", dockerfile, "kept.txt"], Names(_peer.Asked("PUT", "/sources/1").Single().Body).Order(StringComparer.Ordinal));
    }

    private static List<string> Names(byte[] archive)
    {
        using var gzip = new GZipStream(new MemoryStream(archive), CompressionMode.Decompress);
        using var reader = new TarReader(gzip);
        List<string> names = [];
        while (reader.GetNextEntry() is { } entry)
            names.Add(entry.Name);
        return names;
    }
}
