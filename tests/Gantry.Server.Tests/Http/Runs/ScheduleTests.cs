using Gantry.Protocol.Runs;
using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Sqlite;

namespace Gantry.Server.Tests.Http.Runs;

/// <summary>What <c>scheduleRun</c> takes and refuses.</summary>
public sealed class ScheduleTests : RunTest
{
    protected override GantryServerOptions Configure(GantryServerOptions options) => options with { Build = options.Build with { MaxQueuedRuns = 3 } };

    [Fact]
    public async Task Ids_count_up_from_one_behind_two_letters()
    {
        var first = await ScheduledAsync();
        var second = await ScheduledAsync();
        Assert.Equal(3, first.Length);
        Assert.All(first[..2], letter => Assert.True(char.IsAsciiLetterLower(letter)));
        Assert.Equal($"{first[..2]}1", first);
        Assert.Equal($"{first[..2]}2", second);
    }

    [Fact]
    public async Task A_refused_request_takes_no_number()
    {
        Assert.Equal(400, (await ScheduleAsync(Build("builds/x:{{.Run.Nothing}}"))).Status);
        Assert.EndsWith("1", await ScheduledAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_is_azs_run_resource_and_holds_no_secret()
    {
        var request = Build("a/b:1") with { Arguments = [new RunArgument { Name = "PASSWORD", Value = "correct-horse", IsSecret = true }] };
        var answer = await ScheduleAsync(request);

        Assert.Equal(200, answer.Status);
        var run = answer.Json;
        var id = run.GetProperty("name").GetString();
        Assert.Equal($"{ResourcePath}/runs/{id}", run.GetProperty("id").GetString());
        Assert.Equal("Microsoft.ContainerRegistry/registries/runs", run.GetProperty("type").GetString());
        Assert.Equal("Queued", run.GetProperty("properties").GetProperty("status").GetString());
        Assert.Equal("QuickBuild", run.GetProperty("properties").GetProperty("runType").GetString());
        Assert.DoesNotContain("correct-horse", answer.Text, StringComparison.Ordinal);
        var lease = await TakenAsync();
        Assert.Equal("correct-horse", Assert.Single(lease.Request.Arguments!).Value);
        Assert.DoesNotContain(Registry.Log, line => line.Contains("correct-horse", StringComparison.Ordinal) || line.Contains(lease.Token!, StringComparison.Ordinal)
            || line.Contains(Registry.Server.WorkerSecret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_value_of_a_secret_argument_is_gone_once_the_run_is_over()
    {
        var id = await ScheduledAsync(Build("a/b:1") with
        {
            Arguments = [new RunArgument { Name = "S", Value = "correct-horse", IsSecret = true }, new RunArgument { Name = "P", Value = "open" }],
        });
        await FinishAsync((await TakenAsync()).LeaseId);
        await Registry.Server.StopAsync();

        await using var store = await SqliteMetadataStore.OpenAsync(Path.Join(Registry.Folder, "gantry.db"), Clock, default);
        var registry = await store.FindRegistryAsync("myregistry", default);
        var run = await store.FindRunAsync(new RunKey(registry!.Id, id), default);
        Assert.Equal(["", "open"], run!.Request.Arguments!.Select(argument => argument.Value));
    }

    [Fact]
    public async Task Names_are_rendered_and_own_hosts_taken_off()
    {
        var id = await ScheduledAsync(Build("a/b:{{.Run.ID}}", $"{Registry.LoginServer}/c/d:{{{{ .Run.Date }}}}", "e/f", "e/f:latest", "g:{{.Run.OS}}-{{.Run.Architecture}}", "{{.Run.RegistryName}}/x:1", "{{.Run.Registry}}/y:1"));
        var lease = await TakenAsync();
        Assert.Equal([$"a/b:{id}", "c/d:20260102-030405z", "e/f:latest", "g:linux-amd64", "myregistry/x:1", "y:1"], lease.Request.ImageNames);
    }

    [Fact]
    public async Task What_is_left_out_is_filled_in()
    {
        await ScheduledAsync(new RunRequest { Type = RunRequest.DockerBuild, Platform = new RunPlatform { Os = "Linux" }, SourceLocation = "/dev/null" });
        var request = (await TakenAsync()).Request;
        Assert.Equal(("Dockerfile", 3600, true), (request.DockerFilePath, request.Timeout, request.IsPushEnabled));
        Assert.Equal(new RunPlatform { Os = "linux", Architecture = "amd64" }, request.Platform);
        Assert.Null(request.SourceLocation);
    }

    public static TheoryData<string, string> Refused => new()
    {
        { """{"type":"EncodedTaskRunRequest"}""", "EncodedTaskRunRequest" },
        { """{"type":"DockerBuildRequest","timeout":299}""", "300" },
        { """{"type":"DockerBuildRequest","timeout":28801}""", "28800" },
        { """{"type":"DockerBuildRequest","platform":{"os":"windows"}}""", "windows" },
        { """{"type":"DockerBuildRequest","platform":{"os":"plan9"}}""", "plan9" },
        { """{"type":"DockerBuildRequest","platform":{"os":"linux","architecture":"mips"}}""", "mips" },
        { """{"type":"DockerBuildRequest","platform":{"os":"linux","architecture":"arm","variant":"v9"}}""", "v9" },
        { """{"type":"DockerBuildRequest","agentPoolName":"big"}""", "big" },
        { """{"type":"DockerBuildRequest","logTemplate":"acr/logs:{{.Run.ID}}"}""", "logTemplate" },
        { """{"type":"DockerBuildRequest","credentials":{"customRegistries":{"docker.io":{}}}}""", "customRegistries" },
        { """{"type":"DockerBuildRequest","credentials":{"sourceRegistry":{"identity":"[system]"}}}""", "[system]" },
        { """{"type":"DockerBuildRequest","credentials":{"sourceRegistry":{"loginMode":"Maybe"}}}""", "Maybe" },
        { """{"type":"DockerBuildRequest","imageNames":["UPPER:1"]}""", "UPPER" },
        { """{"type":"DockerBuildRequest","imageNames":["a:b:c"]}""", "a:b:c" },
        { """{"type":"DockerBuildRequest","imageNames":["a@sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"]}""", "digest" },
        { """{"type":"DockerBuildRequest","imageNames":["other.example/a:1"]}""", "other.example" },
        { """{"type":"DockerBuildRequest","imageNames":["a:{{.Run.Id}}"]}""", ".Run.Id" },
        { """{"type":"DockerBuildRequest","imageNames":["a:{{.Run.ID"]}""", "close" },
        { """{"type":"DockerBuildRequest","imageNames":["a:{{.Values.x}}"]}""", ".Values.x" },
        { """{"type":"DockerBuildRequest","arguments":[{"name":"","value":"1"}]}""", "name" },
        { """{"type":"DockerBuildRequest","sourceLocation":"https://example.com/x.git"}""", "https://example.com" },
        { """{"type":"DockerBuildRequest","sourceLocation":"sources/00000000000000000000000000000000"}""", "sources/" },
        { """{"type":5}""", "type" },
        { "{}", "type" },
        { "[]", "object" },
        { "nonsense", "object" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_cannot_be_done_is_refused_with_a_sentence(string body, string names)
    {
        var answer = await Registry.SendAsync("POST", $"{ResourcePath}/scheduleRun?api-version=1", new StringContent(body), OwnerAuthorization);
        Assert.Equal((400, "InvalidRequest"), (answer.Status, CodeOf(answer)));
        Assert.Contains(names, MessageOf(answer), StringComparison.Ordinal);
        Assert.Null(await TakeAsync());
    }

    [Fact]
    public async Task Too_many_of_anything_are_refused()
    {
        Assert.Contains("100 images", MessageOf(await ScheduleAsync(Build([.. Enumerable.Range(0, 101).Select(i => $"a:{i}")]))), StringComparison.Ordinal);
        Assert.Contains("200 arguments", MessageOf(await ScheduleAsync(Build("a:1") with
        {
            Arguments = [.. Enumerable.Range(0, 201).Select(i => new RunArgument { Name = $"A{i}", Value = "" })],
        })), StringComparison.Ordinal);
        Assert.Contains("repositories", MessageOf(await ScheduleAsync(Build([.. Enumerable.Range(0, 99).Select(i => $"{new string('a', 60)}{i}:1")]))), StringComparison.Ordinal);
        Assert.Contains("4096", MessageOf(await ScheduleAsync(Build(new string('a', 4097)))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beyond_the_bound_no_more_runs_may_wait()
    {
        for (var i = 0; i < 3; i++)
            await ScheduledAsync();
        var answer = await ScheduleAsync(Build("a:1"));
        Assert.Equal((429, "TooManyRequests"), (answer.Status, CodeOf(answer)));
        await TakenAsync();
        await ScheduledAsync();
    }

    [Fact]
    public async Task A_run_of_a_repository_is_for_those_who_may_push_there()
    {
        var team = await PrincipalAsync("team", "AcrPush", "team");
        Assert.Equal(200, (await ScheduleAsync(Build("team/app:1"), team)).Status);
        var refused = await ScheduleAsync(Build("team/app:1", "other/app:1"), team);
        Assert.Equal((403, "AuthorizationFailed"), (refused.Status, CodeOf(refused)));
        Assert.Contains("other/app", MessageOf(refused), StringComparison.Ordinal);
        Assert.Equal(200, (await ScheduleAsync(Build("other/app:1") with { IsPushEnabled = false }, team)).Status);
    }

    [Theory]
    [InlineData("AcrPull")]
    [InlineData("AcrDelete")]
    public async Task Whoever_may_push_nowhere_may_ask_for_nothing(string role)
    {
        var reader = await PrincipalAsync("reader", role);
        Assert.Equal(403, (await ScheduleAsync(Build(), reader)).Status);
        Assert.Equal(403, (await Registry.SendAsync("GET", $"{ResourcePath}/runs", null, reader)).Status);
        Assert.Equal(403, (await Registry.SendAsync("POST", $"{ResourcePath}/listBuildSourceUploadUrl", null, reader)).Status);
    }

    [Theory]
    [InlineData("Authorization: Bearer x.y.z")]
    [InlineData("Authorization: Basic bm9ib2R5OndoYXRldmVy")]
    [InlineData("Accept: */*")]
    public async Task Without_credentials_that_count_every_path_is_refused_alike(string header)
    {
        foreach (var (method, rest) in new[] { ("POST", "scheduleRun"), ("GET", "runs"), ("GET", "runs/aa1"), ("POST", "runs/aa1/cancel"), ("POST", "listBuildSourceUploadUrl"), ("GET", "nothing") })
        {
            var answer = await Registry.SendAsync(method, $"{ResourcePath}/{rest}?api-version=1", null, header);
            Assert.Equal((401, "AuthenticationFailed"), (answer.Status, CodeOf(answer)));
            Assert.StartsWith("Basic realm=", answer["WWW-Authenticate"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_words_of_the_path_count_in_any_case_and_the_registry_must_be_the_hosts()
    {
        var other = ResourcePath.Replace("resourceGroups", "resourcegroups", StringComparison.Ordinal).Replace("myregistry", "MyRegistry", StringComparison.Ordinal)
            .Replace("gantry", "somewhere", StringComparison.Ordinal).ToUpperInvariant();
        Assert.Equal(200, (await Registry.SendAsync("GET", $"{other}/RUNS?api-version=2026-01-01-preview", null, OwnerAuthorization)).Status);

        var unknown = await Registry.SendAsync("GET", $"{RunPaths.Registry("elsewhere")}/runs", null, OwnerAuthorization);
        Assert.Equal((404, "ResourceNotFound"), (unknown.Status, CodeOf(unknown)));
        Assert.Contains("elsewhere", MessageOf(unknown), StringComparison.Ordinal);
        Assert.Equal(404, (await Registry.SendAsync("GET", "/subscriptions/x", null, OwnerAuthorization)).Status);
        Assert.Equal(404, (await Registry.SendAsync("GET", $"{ResourcePath}/tasks", null, OwnerAuthorization)).Status);
        var wrong = await Registry.SendAsync("DELETE", $"{ResourcePath}/runs", null, OwnerAuthorization);
        Assert.Equal((405, "GET"), (wrong.Status, wrong["Allow"]));
    }
}
