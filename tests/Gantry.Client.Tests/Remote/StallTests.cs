using System.Security.Cryptography;
using Gantry.Protocol.Oci;
using Gantry.Testing.Http;

namespace Gantry.Client.Tests.Remote;

/// <summary>A registry that does not move any more.</summary>
public sealed class StallTests
{
    private readonly StallClock _clock = new();

    [Fact]
    public async Task A_download_that_stands_still_is_taken_up_where_it_was()
    {
        var content = RandomNumberGenerator.GetBytes(30_000);
        var blob = Descriptor.Of(MediaTypes.OctetStream, content);
        var path = $"/v2/samples/artifact/blobs/{blob.Digest}";
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", path, new PeerAnswer(200) { Body = content, StallAfter = 10_000 });
        peer.On("GET", path, request => new PeerAnswer(206) { Body = content[10_000..] }.With("Content-Range", "bytes 10000-29999/30000"));
        using var client = peer.Client(Wire.Options with { Time = _clock });

        await using var stream = await client.Artifact().FetchAsync(blob);
        var copy = new byte[30_000];
        await stream.ReadExactlyAsync(copy.AsMemory(0, 10_000), TestContext.Current.CancellationToken);
        var rest = stream.ReadExactlyAsync(copy.AsMemory(10_000), TestContext.Current.CancellationToken);
        _clock.Expire(TimeSpan.FromSeconds(60));
        await rest;

        Assert.Equal(content, copy);
        Assert.Equal("bytes=10000-", peer.Requests[1].Headers["Range"]);
    }

    [Fact]
    public async Task A_registry_that_does_not_answer_is_asked_again()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        peer.On("GET", "/v2/", _ =>
        {
            asked.SetResult();
            return new PeerAnswer(200) { StallAfter = -1 };
        });
        peer.On("GET", "/v2/", 200);
        using var client = peer.Client(Wire.Options with { Time = _clock });

        var ping = client.PingAsync(TestContext.Current.CancellationToken).AsTask();
        await asked.Task;
        _clock.Expire(TimeSpan.FromMinutes(10));
        await ping;

        Assert.Equal(2, peer.Requests.Count);
    }

    [Fact]
    public async Task A_stall_is_told_as_an_error_of_the_line_and_a_wish_to_stop_as_itself()
    {
        await using var peer = await ScriptedPeer.StartAsync();
        peer.On("GET", "/v2/_catalog", new PeerAnswer(200) { Body = new byte[100], StallAfter = 10 });
        using var client = peer.Client(Wire.Options with { Time = _clock, IdleLimit = TimeSpan.FromSeconds(7) });

        using var answer = await client.SendAsync(HttpMethod.Get, "/v2/_catalog", null, null, TestContext.Current.CancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await body.ReadExactlyAsync(new byte[10], TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        var stopped = body.ReadAsync(new byte[1], stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);

        using var again = await client.SendAsync(HttpMethod.Get, "/v2/_catalog", null, null, TestContext.Current.CancellationToken);
        await using var second = await again.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await second.ReadExactlyAsync(new byte[10], TestContext.Current.CancellationToken);
        var stalled = second.ReadAsync(new byte[1], TestContext.Current.CancellationToken).AsTask();
        _clock.Expire(TimeSpan.FromSeconds(7));
        Assert.Equal("localhost sent nothing more for 7 seconds", (await Assert.ThrowsAsync<IOException>(() => stalled)).Message);
    }

    /// <summary>Waits are over at once; limits, which are wound up later, when the test says so.</summary>
    private sealed class StallClock : TimeProvider
    {
        private readonly Lock _lock = new();
        private readonly List<LimitTimer> _limits = [];

        public void Expire(TimeSpan limit)
        {
            List<LimitTimer> due;
            lock (_lock)
                due = [.. _limits.Where(timer => timer.Due == limit)];
            Assert.NotEmpty(due);
            foreach (var timer in due)
                timer.Fire();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != Timeout.InfiniteTimeSpan)
                return System.CreateTimer(callback, state, TimeSpan.Zero, period);
            var timer = new LimitTimer(callback, state);
            lock (_lock)
                _limits.Add(timer);
            return timer;
        }

        private sealed class LimitTimer(TimerCallback callback, object? state) : ITimer
        {
            public TimeSpan Due { get; private set; } = Timeout.InfiniteTimeSpan;

            public void Fire()
            {
                Due = Timeout.InfiniteTimeSpan;
                callback(state);
            }

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                Due = dueTime;
                return true;
            }

            public void Dispose() => Due = Timeout.InfiniteTimeSpan;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
