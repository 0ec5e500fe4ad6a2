using System.Text;
using System.Text.Json;
using Gantry.Protocol;
using Gantry.Protocol.Runs;
using Gantry.Server.Tests.Http.Runs;
using Gantry.Testing;

namespace Gantry.Server.Tests.Fuzz;

/// <summary>Damaged bodies for every endpoint that reads one, over HTTP to a whole server: taken or refused in a sentence, never a failure.</summary>
/// <remarks>
/// Reached here, one by one: <c>AttributesBody.ReadAsync</c>, <c>RequestBody.ReadAsync</c>, <c>SmallBody.ReadAsync</c> and the private readers behind them,
/// of principals, runs, leases, outcomes, block lists and block names.
/// </remarks>
public sealed class BodyFuzzTests : RunTest
{
    private const int Rounds = 700;

    protected override GantryServerOptions Configure(GantryServerOptions options) =>
        options with { Build = options.Build with { MaxSources = 10, MaxQueuedRuns = 10_000 } };

    [Fact]
    public async Task A_change_of_attributes()
    {
        var put = await Registry.SendAsync("PUT", "/v2/a/manifests/1.0", Text("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"""), OwnerAuthorization);
        Assert.Equal(201, put.Status);
        await DamageAsync(231, "PATCH", "/acr/v1/a", OwnerAuthorization, [200, 400], """{"deleteEnabled":true,"writeEnabled":true,"listEnabled":null,"other":{"a":[1]}}""");
    }

    [Fact]
    public Task A_principal() =>
        DamageAsync(232, "POST", "/gantry/v1/principals", OwnerAuthorization, [201, 400, 409], """{"name":"ci","role":"AcrPull","repository":"samples/a"}""");

    [Fact]
    public Task A_run() => DamageAsync(233, "POST", $"{ResourcePath}/scheduleRun", OwnerAuthorization, [200, 400, 403],
        """{"type":"DockerBuildRequest","imageNames":["a:1","b/c:{{.Run.ID}}"],"isPushEnabled":true,"dockerFilePath":"f","target":"t","timeout":600,"arguments":[{"name":"n","value":"v","isSecret":true}],"platform":{"os":"linux","architecture":"arm","variant":"v7"},"sourceLocation":"oci://x/y:1","credentials":{"sourceRegistry":{"loginMode":"Default","identity":"[caller]"},"customRegistries":null}}""");

    [Fact]
    public async Task A_change_of_a_run() =>
        await DamageAsync(234, "PATCH", $"{ResourcePath}/runs/{await ScheduledAsync()}", OwnerAuthorization, [200, 400], """{"isArchiveEnabled":true,"x":{"isArchiveEnabled":"y"}}""");

    [Fact]
    public Task A_wish_for_a_run() => DamageAsync(235, "POST", RunPaths.Leases, WorkerAuthorization, [204, 400], """{"worker":"tester"}""");

    [Fact]
    public Task An_outcome_of_nobodys_run() =>
        DamageAsync(236, "POST", RunPaths.LeaseFinish(Guid.NewGuid()), WorkerAuthorization, [400, 410], JsonSerializer.Serialize(new RunOutcome { Status = RunStatus.Failed, Error = "x" }, WireJson.Wire.RunOutcome));

    [Fact]
    public async Task A_list_of_blocks()
    {
        var upload = await Registry.SendAsync("POST", $"{ResourcePath}/listBuildSourceUploadUrl", null, OwnerAuthorization);
        var url = Read(upload, WireJson.Wire.SourceUpload).UploadUrl;
        Assert.Equal(201, (await Registry.SendAsync("PUT", $"{url}&comp=block&blockid=YQ==", Text("x"))).Status);
        await DamageAsync(237, "PUT", $"{url}&comp=blocklist", "X: y", [201, 400],
            """<?xml version="1.0" encoding="utf-8"?><!-- c --><BlockList a="b"><Latest>&#89;Q==</Latest></BlockList>""");
        await Seeded.RoundsAsync(238, 500, async random =>
        {
            var id = Uri.EscapeDataString(string.Concat(random.Text("aZ09+/=.%\\ é", 100).Where(c => !char.IsSurrogate(c))));
            Assert.Contains((await Registry.SendAsync("PUT", $"{url}&comp=block&blockid={id}", Text("x"))).Status, (int[])[201, 400]);
        });
    }

    private async Task DamageAsync(ulong seed, string method, string path, string authorization, int[] statuses, string original)
    {
        var seen = new HashSet<int>();
        await Seeded.RoundsAsync(seed, Rounds, async random =>
        {
            var body = random.OneIn(20) ? Encoding.UTF8.GetBytes(random.Of("", "null", "[]", "1", "\"x\"", "{}", new string('[', 5_000), "\uFEFF{}", "{\"\\ud800\":1}"))
                : random.OneIn(20) ? Encoding.UTF8.GetBytes(original)
                : random.Mutate(Encoding.UTF8.GetBytes(original));
            var answer = await Registry.SendAsync(method, path, new ByteArrayContent(body), authorization);
            Assert.True(statuses.Contains(answer.Status), $"{Printable.Of(Encoding.UTF8.GetString(body))}: {answer.Status} {answer.Text}{(answer.Status >= 500 ? string.Join('\n', Registry.Log.TakeLast(2)) : "")}");
            if (answer.Status >= 400)
                Assert.True(answer.Errors is [{ Message.Length: > 0 }], answer.Text);
            seen.Add(answer.Status);
        });
        // Damage that is always refused alike would not have reached what it should.
        Assert.True(seen.Count > 1, string.Join(' ', seen));
    }

    private static StringContent Text(string text) =>
        new(text, Encoding.UTF8, "application/vnd.oci.image.index.v1+json");
}
