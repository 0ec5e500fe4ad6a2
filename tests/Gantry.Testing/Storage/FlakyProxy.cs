using System.Net;
using System.Net.Sockets;

namespace Gantry.Testing.Storage;

/// <summary>Stands between a client and a server, and is as bad as a network can be when it is told so.</summary>
public sealed class FlakyProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _target;
    private readonly Task _accepting;
    private volatile TaskCompletionSource _flowing = Opened();
    private long _cutAfter = long.MaxValue;
    private int _cuts;

    public FlakyProxy(Uri target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>What the client is told instead of the server's address.</summary>
    public Uri Endpoint => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Connections that were cut.</summary>
    public int CutSoFar { get; private set; }

    /// <summary>Takes connections and bytes and hands nothing on, as a process that is paused.</summary>
    public void Stall() => _flowing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Flow() => _flowing.TrySetResult();

    /// <summary>Cuts the next connections, each once so many bytes of answers came over it.</summary>
    public void CutAnswers(long after, int times)
    {
        _cuts = times;
        Interlocked.Exchange(ref _cutAfter, after);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Flow();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            await far.ConnectAsync(_target.Host, _target.Port, _stop.Token);
            await Task.WhenAny(PumpAsync(near.GetStream(), far.GetStream(), long.MaxValue), PumpAsync(far.GetStream(), near.GetStream(), Interlocked.Read(ref _cutAfter)));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One side is gone; the other one is told by closing.
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, long bound)
    {
        var block = new byte[64 * 1024];
        long carried = 0;
        int read;
        while ((read = await from.ReadAsync(block, _stop.Token)) > 0)
        {
            await _flowing.Task.WaitAsync(_stop.Token);
            carried += read;
            if (carried > bound && Interlocked.Decrement(ref _cuts) >= 0)
            {
                CutSoFar++;
                return;
            }
            await to.WriteAsync(block.AsMemory(0, read), _stop.Token);
        }
    }

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }
}
