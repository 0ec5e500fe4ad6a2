using Gantry.Client.Remote;
using Gantry.Client.Runs;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Runs;
using Gantry.Testing.Http;

namespace Gantry.Client.Tests.Runs;

/// <summary>A worker's calls as they go over the wire.</summary>
public sealed class LeaseClientTests
{
    private static readonly Guid Lease = Guid.Parse("11111111-2222-3333-4444-555555555555");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_is_asked_for_with_the_workers_secret_and_some_patience()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", "/gantry/v1/leases", 204, PeerAnswer.Json("""
            {"leaseId":"11111111-2222-3333-4444-555555555555","runId":"cf1","registry":"r","loginServer":"h:1","loginServers":["h:1"],"contentHost":"r.localhost",
             "request":{"type":"DockerBuildRequest"},"hasSource":true,"createTime":"2026-01-01T00:00:00Z","timeout":3600,"lifetime":30,"logLength":7,"policy":{"mirrors":{"a":"http://b"}}}
            """));
        using var client = Connect(peer);
        var leases = new LeaseClient(client, "s3cret");
        Assert.Null(await leases.TakeAsync("w", TimeSpan.FromSeconds(20), Ct));
        var lease = await leases.TakeAsync("w", TimeSpan.FromSeconds(20), Ct);
        Assert.NotNull(lease);
        Assert.Equal(Lease, lease.LeaseId);
        Assert.Null(lease.Token);
        Assert.Equal("http://b", lease.Policy.Mirrors["a"]);
        Assert.Equal(("Bearer s3cret", "wait=20", """{"worker":"w"}"""), (peer.Requests[0].Authorization, peer.Requests[0].Headers["Prefer"], peer.Requests[0].Text));
    }

    [Fact]
    public async Task An_append_whose_answer_was_lost_is_made_again_at_the_same_place()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", $"/gantry/v1/leases/{Lease}/log", PeerAnswer.Cut, 204);
        using var client = Connect(peer);
        await new LeaseClient(client, "s").AppendLogAsync(Lease, 12, "abc"u8.ToArray(), Ct);
        Assert.All(peer.Requests, request => Assert.Equal(("?offset=12", "abc"), (request.Query, request.Text)));
    }

    [Fact]
    public async Task A_lease_that_ended_says_so_whatever_is_asked_of_it()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        foreach (var (method, path) in new[] { ("PUT", ""), ("DELETE", ""), ("GET", "/source"), ("POST", "/log"), ("POST", "/finish") })
            peer.On(method, $"/gantry/v1/leases/{Lease}{path}", 410);
        using var client = Connect(peer);
        var leases = new LeaseClient(client, "s");
        await Assert.ThrowsAsync<LeaseLostException>(async () => await leases.RenewAsync(Lease, Ct));
        await Assert.ThrowsAsync<LeaseLostException>(async () => await leases.ReleaseAsync(Lease, Ct));
        await Assert.ThrowsAsync<LeaseLostException>(async () => await leases.OpenSourceAsync(Lease, Ct));
        await Assert.ThrowsAsync<LeaseLostException>(async () => await leases.AppendLogAsync(Lease, 0, "a"u8.ToArray(), Ct));
        await Assert.ThrowsAsync<LeaseLostException>(async () => await leases.FinishAsync(Lease, new RunOutcome { Status = RunStatus.Failed }, Ct));
    }

    [Fact]
    public async Task Another_refusal_is_the_registrys_own_word()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", "/gantry/v1/leases", PeerAnswer.Json("""{"errors":[{"code":"UNAUTHORIZED","message":"no such worker"}]}""", 401));
        using var client = Connect(peer);
        var refused = await Assert.ThrowsAsync<RegistryException>(async () => await new LeaseClient(client, "wrong").TakeAsync("w", TimeSpan.Zero, Ct));
        Assert.DoesNotContain("wrong", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(401, refused.Status);
    }

    [Fact]
    public async Task The_outcome_is_told_in_the_services_words()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", $"/gantry/v1/leases/{Lease}/finish", 503, 204);
        using var client = Connect(peer);
        await new LeaseClient(client, "s").FinishAsync(Lease, new RunOutcome
        {
            Status = RunStatus.Timeout,
            OutputImages = [new RunImage { Registry = "h", Repository = "r", Tag = "1", Digest = "sha256:x" }],
            Error = "too slow",
        }, Ct);
        Assert.Equal("""{"status":"Timeout","outputImages":[{"registry":"h","repository":"r","tag":"1","digest":"sha256:x"}],"error":"too slow"}""", peer.Requests[^1].Text);
    }

    private static RegistryClient Connect(ScriptedPeer peer) =>
        new(RegistryName.Parse(peer.Authority), new RegistryClientOptions { Retry = new RetryOptions { FirstDelay = TimeSpan.FromMilliseconds(1) } });
}
