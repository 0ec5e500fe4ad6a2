using Gantry.Client.Acr;
using Gantry.Client.Remote;
using Gantry.Protocol.Distribution;
using Gantry.Testing;
using Gantry.Testing.Http;

namespace Gantry.Client.Tests.Remote;

public sealed class RetryTests
{
    [Fact]
    public async Task Busy_and_failing_answers_are_tried_again_with_doubling_waits()
    {
        var clock = new SkippingClock();
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", 429, 500, 502, 503, 408, 200);
        using var client = peer.Client(Wire.Options with { Time = clock });

        await client.PingAsync();

        double[] expected = [250, 500, 1000, 2000, 3000];
        Assert.Equal(expected.Length, clock.Waits.Count);
        Assert.All(clock.Waits.Zip(expected), pair => Assert.InRange(pair.First.TotalMilliseconds, pair.Second * 0.9, pair.Second * 1.1));
    }

    [Fact]
    public async Task After_the_last_try_the_answer_is_told()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", 503);
        using var client = peer.Client(Wire.Options with { Retry = new RetryOptions { Retries = 2 } });
        Assert.Equal(503, (await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync().AsTask())).Status);
        Assert.Equal(3, peer.Requests.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(501)]
    public async Task A_refusal_is_not_tried_again(int status)
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", status);
        using var client = peer.Client();
        Assert.Equal(status, (await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync().AsTask())).Status);
        Assert.Single(peer.Requests);
    }

    [Fact]
    public async Task Retry_After_in_seconds_is_honoured_beyond_our_own_longest_wait()
    {
        var clock = new SkippingClock();
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", new PeerAnswer(429).With("Retry-After", "42"), 200);
        using var client = peer.Client(Wire.Options with { Time = clock });
        await client.PingAsync();
        Assert.Equal([TimeSpan.FromSeconds(42)], clock.Waits);
    }

    [Fact]
    public async Task Retry_After_as_a_date_is_honoured()
    {
        var clock = new SkippingClock();
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", new PeerAnswer(503).With("Retry-After", "Fri, 02 Jan 2026 03:04:35 GMT"), 200);
        using var client = peer.Client(Wire.Options with { Time = clock });
        await client.PingAsync();
        Assert.Equal([TimeSpan.FromSeconds(30)], clock.Waits);
    }

    [Fact]
    public async Task A_server_that_asks_for_more_than_the_bound_is_not_waited_for()
    {
        var clock = new SkippingClock();
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", new PeerAnswer(429).With("Retry-After", "3600"), 200);
        using var client = peer.Client(Wire.Options with { Time = clock });

        var refusal = await Assert.ThrowsAsync<RegistryException>(() => client.PingAsync().AsTask());

        Assert.Equal(TimeSpan.FromHours(1), refusal.RetryAfter);
        Assert.Empty(clock.Waits);
    }

    [Fact]
    public async Task A_broken_connection_is_tried_again()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", PeerAnswer.Cut, 200);
        using var client = peer.Client();
        await client.PingAsync();
        Assert.Equal(2, peer.Requests.Count);
    }

    [Fact]
    public async Task A_closed_port_is_told_at_once()
    {
        var clock = new SkippingClock();
        var peer = await ScriptedPeer.StartAsync();
        using var client = peer.Client(Wire.Options with { Time = clock });
        await peer.DisposeAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.PingAsync().AsTask());
        Assert.Empty(clock.Waits);
    }

    [Fact]
    public async Task A_post_whose_outcome_is_unknown_is_not_repeated()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", "/x", 500, 200);
        using var client = peer.Client();
        await Assert.ThrowsAsync<RegistryException>(() => client.SendAsync(HttpMethod.Post, "/x", "{}"u8.ToArray(), null).AsTask());
        Assert.Single(peer.Requests);
    }

    [Fact]
    public async Task A_post_that_was_refused_for_now_is_sent_again_with_its_body()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("POST", "/x", 429, 200);
        using var client = peer.Client();
        using var answer = await client.SendAsync(HttpMethod.Post, "/x", "{}"u8.ToArray(), null);
        Assert.Equal(["{}", "{}"], peer.Requests.Select(request => request.Text));
    }

    [Fact]
    public async Task A_delete_that_is_repeated_and_finds_nothing_is_done()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        var blob = Wire.Blob("content");
        var path = $"/v2/samples/artifact/blobs/{blob.Digest}";
        peer.On("DELETE", path, PeerAnswer.Cut, 404, 500, 404, 429, 404).On("DELETE", "/acr/v1/samples/artifact", PeerAnswer.Cut, 404);
        using var client = peer.Client();

        Assert.True(await client.Artifact().DeleteAsync(blob));
        Assert.True(await client.Artifact().DeleteAsync(blob));
        // Refused for now means not carried out: what is not found was not there.
        Assert.False(await client.Artifact().DeleteAsync(blob));
        Assert.Empty((await new AcrClient(client).DeleteRepositoryAsync(Wire.Repository)).ManifestsDeleted);
    }

    [Fact]
    public async Task A_delete_without_an_answer_is_not_sent_again_behind_our_back()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        var blob = Wire.Blob("content");
        var path = $"/v2/samples/artifact/blobs/{blob.Digest}";
        peer.On("GET", "/v2/", 200).On("DELETE", path, PeerAnswer.Cut, 404);
        using var client = peer.Client(Wire.Options with { Retry = new RetryOptions { Retries = 0 } });

        // The connection is kept from here on: that is when .NET believes that the peer had closed it before.
        await client.PingAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(async () => await client.Artifact().DeleteAsync(blob));
        Assert.Single(peer.Asked("DELETE", path));
    }

    [Fact]
    public async Task Cancelling_ends_the_wait()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/", new PeerAnswer(503).With("Retry-After", "200"));
        using var client = peer.Client(Wire.Options with { Time = TimeProvider.System });
        using var stop = new CancellationTokenSource();
        var ping = client.PingAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ping);
    }
}
