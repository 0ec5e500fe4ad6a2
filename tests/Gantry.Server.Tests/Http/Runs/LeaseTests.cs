using Gantry.Protocol;
using Gantry.Protocol.Runs;

namespace Gantry.Server.Tests.Http.Runs;

/// <summary>Workers: who gets a run, how long it is theirs, and what becomes of one whose worker is lost.</summary>
public sealed class LeaseTests : RunTest
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    protected override GantryServerOptions Configure(GantryServerOptions options) => options with
    {
        Build = options.Build with { Mirrors = new Dictionary<string, string> { ["docker.io"] = "http://localhost:5001/hub" }, AllowPrivate = true },
    };

    [Theory]
    [InlineData("Accept: */*")]
    [InlineData("Authorization: Bearer wrong")]
    [InlineData("Authorization: Bearer ")]
    [InlineData("Authorization: Basic d29ya2VyOndvcmtlcg==")]
    public async Task Runs_are_given_to_workers_only(string header)
    {
        await ScheduledAsync();
        var lease = await TakenAsync();
        foreach (var (method, path) in new[]
        {
            ("POST", RunPaths.Leases), ("PUT", RunPaths.Lease(lease.LeaseId)), ("GET", RunPaths.LeaseSource(lease.LeaseId)),
            ("POST", RunPaths.LeaseLog(lease.LeaseId, 0)), ("POST", RunPaths.LeaseFinish(lease.LeaseId)),
        })
            Assert.Equal(401, (await Registry.SendAsync(method, path, null, header)).Status);
        Assert.Equal(401, (await Registry.SendAsync("POST", RunPaths.Leases, null, OwnerAuthorization)).Status);
    }

    [Fact]
    public async Task The_longest_wait_is_over_first_and_nothing_is_given_twice()
    {
        var first = await ScheduledAsync();
        var second = await ScheduledAsync();
        Assert.Equal(first, (await TakenAsync()).RunId);
        Assert.Equal(second, (await TakenAsync()).RunId);
        Assert.Null(await TakeAsync());
    }

    [Fact]
    public async Task Of_two_workers_who_race_for_a_run_exactly_one_gets_it()
    {
        for (var round = 0; round < 10; round++)
        {
            await ScheduledAsync();
            var taken = await Task.WhenAll(TakeAsync(), TakeAsync());
            Assert.Single(taken.OfType<RunLease>());
        }
    }

    [Fact]
    public async Task A_worker_that_waits_is_given_the_run_that_comes()
    {
        var waiting = TakeAsync(Wait);
        var id = await ScheduledAsync();
        Assert.Equal(id, (await waiting)?.RunId);
    }

    [Fact]
    public async Task A_worker_that_waits_does_not_keep_the_server_from_stopping()
    {
        var waiting = TakeAsync(Wait);
        await Registry.SendAsync("GET", "/healthz");
        await Registry.Server.StopAsync();
        try
        {
            Assert.Null(await waiting);
        }
        catch (HttpRequestException)
        {
            // The request had not arrived when the server stopped.
        }
    }

    [Fact]
    public async Task A_worker_is_told_what_builds_may_reach()
    {
        await ScheduledAsync();
        var policy = (await TakenAsync()).Policy;
        Assert.True(policy.AllowPrivate);
        Assert.Equal("http://localhost:5001/hub", policy.Mirrors["docker.io"]);
    }

    [Fact]
    public async Task A_silent_worker_loses_its_run_to_another_one()
    {
        var id = await ScheduledAsync();
        var lost = await TakenAsync();
        await AppendAsync(lost.LeaseId, 0, "half\r\n");
        Clock.Advance(Lifetime);

        var next = await TakenAsync();
        Assert.Equal(id, next.RunId);
        Assert.NotEqual(lost.LeaseId, next.LeaseId);
        Assert.Equal(6, next.LogLength);
        Assert.Equal(3570, next.Timeout);
        Assert.Equal(410, (await RenewAsync(lost.LeaseId)).Status);
        Assert.Equal(410, (await AppendAsync(lost.LeaseId, 6, "late\r\n")).Status);
        Assert.Equal(410, (await FinishAsync(lost.LeaseId)).Status);
        Assert.Equal(410, (await Registry.SendAsync("GET", RunPaths.LeaseSource(lost.LeaseId), null, WorkerAuthorization)).Status);
        Assert.Equal(204, (await FinishAsync(next.LeaseId)).Status);
    }

    [Fact]
    public async Task A_lease_that_is_renewed_lasts()
    {
        await ScheduledAsync();
        var lease = await TakenAsync();
        for (var i = 0; i < 3; i++)
        {
            Clock.Advance(Lifetime - TimeSpan.FromSeconds(1));
            Assert.Equal(200, (await RenewAsync(lease.LeaseId)).Status);
            Assert.Null(await TakeAsync());
        }
    }

    [Fact]
    public async Task A_restart_with_a_leased_run_gives_it_away_again_once_the_lease_has_ended()
    {
        var id = await ScheduledAsync();
        var before = await TakenAsync();
        var secret = Registry.Server.WorkerSecret;
        await Registry.RestartAsync();

        Assert.NotEqual(secret, Registry.Server.WorkerSecret);
        Assert.Null(await TakeAsync());
        Clock.Advance(Lifetime);
        Assert.Equal(id, (await TakenAsync()).RunId);
        Assert.Equal(410, (await RenewAsync(before.LeaseId)).Status);
    }

    [Fact]
    public async Task A_run_that_has_lost_three_workers_is_over_and_its_log_says_so()
    {
        var id = await ScheduledAsync();
        for (var i = 0; i < 3; i++)
        {
            await TakenAsync();
            Clock.Advance(Lifetime);
        }
        Assert.Null(await TakeAsync());
        var run = await ShowAsync(id);
        Assert.Equal((RunStatus.Error, "its worker was lost"), (run.Status, run.RunErrorMessage));
        var log = await ReadLogAsync(id);
        Assert.Contains("its worker was lost", log.Text, StringComparison.Ordinal);
        Assert.Equal("internalerror", log["x-ms-meta-Complete"]);
    }

    [Fact]
    public async Task A_run_whose_worker_never_ends_it_is_ended_a_minute_after_its_time()
    {
        var id = await ScheduledAsync(Build("a:1") with { Timeout = 300 });
        var lease = await TakenAsync();
        for (var passed = 0; passed < 359; passed += 20)
        {
            Assert.Equal(200, (await RenewAsync(lease.LeaseId)).Status);
            Clock.Advance(TimeSpan.FromSeconds(20));
        }
        Assert.Null(await TakeAsync());
        Assert.Equal(RunStatus.Timeout, (await ShowAsync(id)).Status);
        Assert.Equal(410, (await RenewAsync(lease.LeaseId)).Status);
        Assert.Equal("timedout", (await ReadLogAsync(id))["x-ms-meta-Complete"]);
    }

    [Fact]
    public async Task A_queued_run_is_canceled_at_once()
    {
        var id = await ScheduledAsync();
        Assert.Equal(200, (await CancelAsync(id)).Status);
        Assert.Equal(RunStatus.Canceled, (await ShowAsync(id)).Status);
        Assert.Null(await TakeAsync());
        var log = await ReadLogAsync(id);
        Assert.Equal("canceled", log["x-ms-meta-Complete"]);
        Assert.Contains("was canceled", log.Text, StringComparison.Ordinal);

        var again = await CancelAsync(id);
        Assert.Equal((409, "Conflict"), (again.Status, CodeOf(again)));
        Assert.Equal(404, (await CancelAsync("zz9")).Status);
    }

    [Fact]
    public async Task The_worker_of_a_running_run_is_asked_to_end_it()
    {
        var id = await ScheduledAsync();
        var lease = await TakenAsync();
        Assert.False(Read(await RenewAsync(lease.LeaseId), WireJson.Wire.LeaseState).CancelRequested);
        Assert.Equal(200, (await CancelAsync(id)).Status);
        Assert.Equal(200, (await CancelAsync(id)).Status);
        Assert.Equal(RunStatus.Started, (await ShowAsync(id)).Status);
        Assert.True(Read(await RenewAsync(lease.LeaseId), WireJson.Wire.LeaseState).CancelRequested);
        Assert.Equal(204, (await FinishAsync(lease.LeaseId, RunStatus.Canceled)).Status);
        Assert.Equal(RunStatus.Canceled, (await ShowAsync(id)).Status);
    }

    [Fact]
    public async Task A_canceled_run_whose_worker_is_lost_is_not_begun_again()
    {
        var id = await ScheduledAsync();
        await TakenAsync();
        await CancelAsync(id);
        Clock.Advance(Lifetime);
        Assert.Null(await TakeAsync());
        Assert.Equal(RunStatus.Canceled, (await ShowAsync(id)).Status);
    }

    [Fact]
    public async Task Finishing_may_be_repeated_and_changes_nothing_the_second_time()
    {
        var id = await ScheduledAsync();
        var lease = await TakenAsync();
        Assert.Equal(204, (await FinishAsync(lease.LeaseId, new RunOutcome { Status = RunStatus.Failed, Error = "no such file" })).Status);
        Assert.Equal(204, (await FinishAsync(lease.LeaseId, RunStatus.Succeeded)).Status);
        var run = await ShowAsync(id);
        Assert.Equal((RunStatus.Failed, "no such file"), (run.Status, run.RunErrorMessage));
        Assert.Equal(410, (await AppendAsync(lease.LeaseId, 0, "late")).Status);
        Assert.Equal(410, (await RenewAsync(lease.LeaseId)).Status);
    }

    [Theory]
    [InlineData("""{"status":"Running"}""")]
    [InlineData("""{"status":"Nonsense"}""")]
    [InlineData("""{"status":"Succeeded","outputImages":[{"registry":"h","repository":"UP","digest":"sha256:1"}]}""")]
    [InlineData("x")]
    public async Task What_ends_no_run_is_refused(string body)
    {
        await ScheduledAsync();
        var lease = await TakenAsync();
        Assert.Equal(400, (await Registry.SendAsync("POST", RunPaths.LeaseFinish(lease.LeaseId), new StringContent(body), WorkerAuthorization)).Status);
    }

    [Fact]
    public async Task Nobodys_lease_is_gone_and_nobodys_path_is_none()
    {
        Assert.Equal(410, (await RenewAsync(Guid.NewGuid())).Status);
        Assert.Equal(404, (await Registry.SendAsync("PUT", $"{RunPaths.Leases}/x", null, WorkerAuthorization)).Status);
        Assert.Equal(404, (await Registry.SendAsync("GET", $"{RunPaths.Lease(Guid.NewGuid())}/x", null, WorkerAuthorization)).Status);
        Assert.Equal(405, (await Registry.SendAsync("GET", RunPaths.Leases, null, WorkerAuthorization)).Status);
        Assert.Equal(400, (await Registry.SendAsync("POST", RunPaths.Leases, new StringContent("{}"), WorkerAuthorization)).Status);
        Assert.Equal(400, (await Registry.SendAsync("POST", RunPaths.Leases, new StringContent("""{"worker":""}"""), WorkerAuthorization)).Status);
    }
}
