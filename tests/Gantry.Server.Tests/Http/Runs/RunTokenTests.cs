using Gantry.Protocol;
using Gantry.Protocol.Runs;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Server.Tests.Http.Runs;

/// <summary>What a run's token opens, and when it stops.</summary>
public sealed class RunTokenTests : RunTest
{
    private const string Target = "/v2/builds/hello-world/blobs/uploads/";

    [Fact]
    public async Task It_pushes_to_the_runs_repositories_and_pulls_what_its_owner_may_pull()
    {
        var lease = await LeasedAsync();
        Assert.Equal(202, await PushAsync(lease, Target));
        Assert.Equal(404, await StatusAsync("GET", "/v2/builds/hello-world/manifests/v1", lease));
        Assert.Equal(404, await StatusAsync("GET", "/v2/base/image/manifests/v1", lease));
    }

    [Fact]
    public async Task It_cannot_push_elsewhere()
    {
        var lease = await LeasedAsync();
        Assert.Equal(401, await PushAsync(lease, "/v2/other/repository/blobs/uploads/"));
        Assert.Equal(401, await StatusAsync("DELETE", "/v2/builds/hello-world/manifests/v1", lease));
        Assert.Equal(401, await StatusAsync("GET", "/v2/_catalog", lease));
    }

    [Fact]
    public async Task It_pushes_nowhere_where_the_run_pushes_nothing()
    {
        await ScheduledAsync(Build("builds/hello-world:v1") with { IsPushEnabled = false });
        Assert.Equal(401, await PushAsync(await TakenAsync(), Target));
    }

    [Fact]
    public async Task It_has_no_more_rights_than_its_owner()
    {
        var team = await PrincipalAsync("team", "AcrPush", "team");
        await ScheduledAsync(Build("team/app:1"), team);
        var lease = await TakenAsync();
        Assert.Equal(202, await PushAsync(lease, "/v2/team/app/blobs/uploads/"));
        Assert.Equal(404, await StatusAsync("GET", "/v2/team/base/manifests/v1", lease));
        Assert.Equal(401, await StatusAsync("GET", "/v2/other/base/manifests/v1", lease));
    }

    [Fact]
    public async Task It_dies_with_the_run()
    {
        var lease = await LeasedAsync();
        Assert.Equal(202, await PushAsync(lease, Target));
        await FinishAsync(lease.LeaseId);
        Assert.Equal(401, await PushAsync(lease, Target));
        Assert.Equal(401, await StatusAsync("GET", "/v2/", lease));
    }

    [Fact]
    public async Task It_dies_with_its_lease_also_where_the_run_goes_on_elsewhere()
    {
        var lost = await LeasedAsync();
        Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(401, await PushAsync(lost, Target));
        var next = await TakenAsync();
        Assert.Equal(401, await PushAsync(lost, Target));
        Assert.Equal(202, await PushAsync(next, Target));
    }

    [Fact]
    public async Task It_dies_with_its_owner()
    {
        var made = await Registry.AddPrincipalAsync("ci", "AcrPush");
        await ScheduledAsync(authorization: $"Authorization: {RegistryInProcess.Basic(made)}");
        var lease = await TakenAsync();
        Assert.Equal(202, await PushAsync(lease, Target));
        Assert.Equal(204, (await Registry.SendAsync("DELETE", $"/gantry/v1/principals/{made.AppId}", null, OwnerAuthorization)).Status);
        Assert.Equal(401, await PushAsync(lease, Target));
    }

    [Theory]
    [InlineData("revoke")]
    [InlineData("reset")]
    public async Task It_dies_with_its_owners_tokens(string act)
    {
        var made = await Registry.AddPrincipalAsync("ci", "AcrPush");
        await ScheduledAsync(authorization: $"Authorization: {RegistryInProcess.Basic(made)}");
        var lease = await TakenAsync();
        Assert.Equal(202, await PushAsync(lease, Target));
        Assert.InRange((await Registry.SendAsync("POST", $"/gantry/v1/principals/{made.AppId}/{act}", null, OwnerAuthorization)).Status, 200, 204);
        Assert.Equal(401, await PushAsync(lease, Target));
    }

    [Fact]
    public async Task A_scoped_token_made_again_sees_none_of_the_runs_of_the_one_before()
    {
        var first = await MakeTokenAsync();
        await ScheduledAsync(authorization: first);
        var lease = await TakenAsync();
        Assert.Contains(lease.RunId, (await Registry.SendAsync("GET", $"{ResourcePath}/runs", null, first)).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await Registry.SendAsync("DELETE", $"{ResourcePath}/tokens/ci-token", null, OwnerAuthorization)).Status);
        var second = await MakeTokenAsync();
        Assert.DoesNotContain(lease.RunId, (await Registry.SendAsync("GET", $"{ResourcePath}/runs", null, second)).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await Registry.SendAsync("GET", $"{ResourcePath}/runs/{lease.RunId}", null, second)).Status);
        Assert.Equal(401, await PushAsync(lease, Target));
    }

    [Fact]
    public async Task Whoever_looks_after_all_runs_sees_and_ends_them_where_only_repository_roles_open_content()
    {
        await ScheduledAsync();
        Assert.Equal(200, (await SendJsonAsync("PATCH", ResourcePath, """{"properties":{"roleAssignmentMode":"AbacRepositoryPermissions"}}""")).Status);
        Assert.Equal(200, (await Registry.SendAsync("GET", $"{ResourcePath}/runs", null, OwnerAuthorization)).Status);
        var id = (await TakenAsync()).RunId;
        Assert.Equal(200, (await Registry.SendAsync("GET", $"{ResourcePath}/runs/{id}", null, OwnerAuthorization)).Status);
        Assert.Equal(200, (await Registry.SendAsync("POST", $"{ResourcePath}/runs/{id}/cancel", null, OwnerAuthorization)).Status);
        Assert.Equal(403, (await ScheduleAsync(Build("builds/hello-world:v1"), OwnerAuthorization)).Status);
    }

    [Fact]
    public async Task It_is_no_refresh_token()
    {
        var token = (await LeasedAsync()).Token!;
        foreach (var form in new[]
        {
            $"grant_type=refresh_token&service=x&scope=repository:builds/hello-world:push&refresh_token={token}",
            $"grant_type=password&service=x&username=00000000-0000-0000-0000-000000000000&password={token}",
        })
            Assert.Equal(401, (await PostAsync("/oauth2/token", form)).Status);
        Assert.Equal(401, (await PostAsync("/oauth2/exchange", $"grant_type=access_token_refresh_token&service=x&access_token={token}&refresh_token={token}")).Status);
        Assert.Equal(401, (await Registry.SendAsync("GET", "/oauth2/token?service=x&scope=repository:builds/hello-world:push", null, $"Authorization: Bearer {token}")).Status);
        Assert.Equal(401, (await Registry.SendAsync("GET", "/oauth2/token?service=x", null,
            $"Authorization: {RegistryInProcess.Basic("00000000-0000-0000-0000-000000000000", token)}")).Status);
    }

    [Fact]
    public async Task It_manages_nothing_and_asks_for_no_runs()
    {
        var lease = await LeasedAsync();
        Assert.Equal(403, await StatusAsync("GET", "/gantry/v1/principals", lease));
        Assert.Equal(403, await StatusAsync("GET", $"{ResourcePath}/runs", lease));
        Assert.Equal(403, await StatusAsync("GET", $"{ResourcePath}/runs/{lease.RunId}", lease));
        Assert.Equal(403, (await ScheduleAsync(Build("builds/hello-world:v1"), $"Authorization: Bearer {lease.Token}")).Status);
        Assert.Equal(401, await StatusAsync("POST", RunPaths.Leases, lease));
    }

    [Theory]
    [InlineData("repository:builds/hello-world:pull,push", 403)]
    [InlineData("repository:*:push", 403)]
    [InlineData("repository:*:pull,push", 200)]
    public async Task A_run_is_no_way_out_of_the_scopes_of_its_owners_token(string scope, int status)
    {
        await ScheduledAsync();
        var answer = await Registry.SendAsync("GET", $"/oauth2/token?service=x&scope={scope}", null, OwnerAuthorization);
        var token = $"Authorization: Bearer {Read(answer, WireJson.Wire.AccessTokenResponse).AccessToken}";
        Assert.Equal(status, (await ScheduleAsync(Build("builds/hello-world:v1"), token)).Status);
        Assert.Equal(status, (await Registry.SendAsync("GET", $"{ResourcePath}/runs", null, token)).Status);
        Assert.Equal(status, (await Registry.SendAsync("POST", $"{ResourcePath}/listBuildSourceUploadUrl", null, token)).Status);
    }

    [Fact]
    public async Task A_run_that_signs_in_as_nobody_has_none()
    {
        await ScheduledAsync(Build("a:1") with { Credentials = new RunCredentials { SourceRegistry = new SourceRegistryCredentials { LoginMode = "none" } } });
        Assert.Null((await TakenAsync()).Token);
    }

    [Fact]
    public async Task Development_modes_runs_have_one_that_works_too()
    {
        await using var registry = await RegistryInProcess.StartAsync(options => options with { Dev = true });
        var scheduled = await registry.SendAsync("POST", $"{ResourcePath}/scheduleRun", Json(Build("builds/hello-world:v1"), WireJson.Wire.RunRequest));
        Assert.Equal(200, scheduled.Status);
        var taken = await registry.SendAsync("POST", RunPaths.Leases, Json(new LeaseRequest("tester"), WireJson.Wire.LeaseRequest), $"Authorization: Bearer {registry.Server.WorkerSecret}");
        var lease = Read(taken, WireJson.Wire.RunLease);
        Assert.Equal(202, (await registry.SendAsync("POST", Target, null, $"Authorization: Bearer {lease.Token}")).Status);
        Assert.Equal(401, (await registry.SendAsync("POST", "/v2/other/blobs/uploads/", null, $"Authorization: Bearer {lease.Token}")).Status);
        Assert.Equal(200, (await registry.SendAsync("GET", $"{ResourcePath}/runs")).Status);
        Assert.Equal(204, (await registry.SendAsync("POST", RunPaths.LeaseFinish(lease.LeaseId), Json(new RunOutcome { Status = RunStatus.Succeeded }, WireJson.Wire.RunOutcome), $"Authorization: Bearer {registry.Server.WorkerSecret}")).Status);
        Assert.Equal(401, (await registry.SendAsync("POST", Target, null, $"Authorization: Bearer {lease.Token}")).Status);
    }

    private async Task<string> MakeTokenAsync()
    {
        Assert.Equal(201, (await SendJsonAsync("PUT", $"{ResourcePath}/tokens/ci-token", $"{{\"properties\":{{\"scopeMapId\":\"{ResourcePath}/scopeMaps/_repositories_push\"}}}}")).Status);
        var made = (await SendJsonAsync("POST", $"{ResourcePath}/generateCredentials", $"{{\"tokenId\":\"{ResourcePath}/tokens/ci-token\"}}")).Json;
        return $"Authorization: {RegistryInProcess.Basic("ci-token", made.GetProperty("passwords")[0].GetProperty("value").GetString()!)}";
    }

    private Task<WireAnswer> SendJsonAsync(string method, string path, string body) =>
        Registry.SendAsync(method, path, new StringContent(body, System.Text.Encoding.UTF8, "application/json"), OwnerAuthorization);

    private async Task<RunLease> LeasedAsync()
    {
        await ScheduledAsync();
        return await TakenAsync();
    }

    private Task<int> PushAsync(RunLease lease, string path) => StatusAsync("POST", path, lease);

    private async Task<int> StatusAsync(string method, string path, RunLease lease) =>
        (await Registry.SendAsync(method, path, null, $"Authorization: Bearer {lease.Token}")).Status;

    private Task<Testing.Http.WireAnswer> PostAsync(string path, string form) =>
        Registry.SendAsync("POST", path, new StringContent(form, System.Text.Encoding.UTF8, "application/x-www-form-urlencoded"));
}
