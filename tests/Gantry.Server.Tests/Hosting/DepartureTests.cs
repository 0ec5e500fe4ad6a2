using System.Net;
using Gantry.Server.Hosting;
using Gantry.Testing;

namespace Gantry.Server.Tests.Hosting;

/// <summary>A server behind a balancer stops without losing a request.</summary>
public sealed class DepartureTests
{
    [Fact]
    public async Task A_server_that_leaves_says_so_and_serves_on_until_nobody_is_connected()
    {
        await using var registry = await RegistryInProcess.StartAsync(Delayed(TimeSpan.FromMinutes(2)));
        var url = registry.Url;
        // A connection that was there before, whose next request comes after the server was told to stop.
        using var kept = new HttpClient(new SocketsHttpHandler());
        Assert.Null((await kept.GetAsync(new Uri(url, "/healthz"))).Headers.ConnectionClose);

        using var cut = new CancellationTokenSource();
        var stopped = registry.Server.StopAsync(cut.Token);
        using var balancer = new HttpClient(new SocketsHttpHandler());
        var ready = await balancer.GetAsync(new Uri(url, "/readyz"));
        var served = await kept.GetAsync(new Uri(url, "/healthz"));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (ready.StatusCode, served.StatusCode));
        Assert.True(ready.Headers.ConnectionClose);
        Assert.True(served.Headers.ConnectionClose);
        Assert.False(stopped.IsCompleted);
        await cut.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
    }

    [Fact]
    public async Task A_connection_that_is_never_used_again_holds_it_up_no_longer_than_the_delay()
    {
        await using var registry = await RegistryInProcess.StartAsync(Delayed(TimeSpan.FromMilliseconds(200)));
        using var kept = new HttpClient(new SocketsHttpHandler());
        await kept.GetAsync(new Uri(registry.Url, "/healthz"));

        await registry.Server.StopAsync();
    }

    [Fact]
    public async Task Without_a_delay_it_stops_at_once()
    {
        await using var registry = await RegistryInProcess.StartAsync();
        using var kept = new HttpClient(new SocketsHttpHandler());
        await kept.GetAsync(new Uri(registry.Url, "/healthz"));

        await registry.Server.StopAsync();
    }

    private static Func<GantryServerOptions, GantryServerOptions> Delayed(TimeSpan delay) =>
        options => options with { Limits = ServerLimits.Default with { DrainDelay = delay, DrainTimeout = TimeSpan.FromSeconds(1) } };
}
