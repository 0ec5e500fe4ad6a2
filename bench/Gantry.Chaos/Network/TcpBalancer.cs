using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gantry.Chaos.Network;

/// <summary>A plain TCP balancer: each connection goes to the next node that is ready, and stays there until either side ends it.</summary>
/// <remarks>
/// It knows nothing of requests and repeats none. A node that says it is not ready, or says nothing, gets no more connections; those that it has are left alone, so that it can end them in order.
/// Where no node is ready each is tried: a client is better told by a node what is wrong than by nobody.
/// </remarks>
internal sealed class TcpBalancer : IAsyncDisposable
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<Task, byte> _connections = new();
    private readonly IReadOnlyList<Backend> _backends;
    private readonly ReadyProbe? _probe;
    private readonly Task _accepting;
    private readonly Task _watching;
    private uint _turn;

    /// <param name="listen">Where clients connect; port 0 takes a free one.</param>
    /// <param name="backends">The nodes, in the order of their turns.</param>
    /// <param name="probe">How each is asked whether it is ready; null where all always count as ready.</param>
    public TcpBalancer(IPAddress listen, IReadOnlyList<Backend> backends, ReadyProbe? probe)
    {
        _backends = backends;
        _probe = probe;
        _listener.Bind(new IPEndPoint(listen, 0));
        _listener.Listen(512);
        foreach (var backend in backends)
            backend.IsReady = probe is null;
        _accepting = AcceptAsync();
        _watching = probe is null ? Task.CompletedTask : Task.WhenAll(backends.Select(WatchAsync));
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public bool AreAllReady => _backends.All(backend => backend.IsReady);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await _watching;
        await Task.WhenAll(_connections.Keys);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var task = ServeAsync(await _listener.AcceptAsync(_stop.Token));
                _connections.TryAdd(task, 0);
                _ = task.ContinueWith(done => _connections.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The one whose connection failed knows; whether to go on is asked above.
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            client.NoDelay = true;
            using var node = await ConnectAsync();
            if (node is null)
                return;
            await Task.WhenAll(PumpAsync(client, node), PumpAsync(node, client));
        }
    }

    private async Task<Socket?> ConnectAsync()
    {
        var start = Interlocked.Increment(ref _turn);
        var ordered = Enumerable.Range(0, _backends.Count).Select(i => _backends[(int)((start + (uint)i) % (uint)_backends.Count)]).ToList();
        foreach (var backend in ordered.Where(backend => backend.IsReady).Concat(ordered.Where(backend => !backend.IsReady)))
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            limit.CancelAfter(ConnectLimit);
            try
            {
                await socket.ConnectAsync(backend.Address, limit.Token);
                return socket;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                socket.Dispose();
                backend.IsReady = false;
            }
        }
        return null;
    }

    /// <summary>One direction. An end is passed on as an end; a break ends both.</summary>
    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[32 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and var count)
            {
                for (var sent = 0; sent < count;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _stop.Token);
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
    }

    private async Task WatchAsync(Backend backend)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        try
        {
            do
                backend.IsReady = await _probe!.IsReadyAsync(backend.Address, _stop.Token);
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // It is over.
        }
    }
}
