using System.Net;
using System.Net.Sockets;
using Gantry.Server.Metadata.Postgres;

namespace Gantry.Server.Tests.Metadata.Postgres;

/// <summary>Stands between a store and its server, and cuts connections where a test says: after bytes that the store sends, before they arrive or before their answer does.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly PostgresHost _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _tasks = [];
    private readonly Lock _lock = new();
    private readonly List<Socket> _open = [];
    private Cut? _cut;
    private TaskCompletionSource _cutDone = new();
    private bool _refuses;

    public CuttingProxy(PostgresHost server)
    {
        _server = server;
        _listener.Start();
        _tasks.Add(AcceptAsync());
    }

    public PostgresHost Host => new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);

    /// <summary>How many connections were made.</summary>
    public int Connections { get; private set; }

    /// <summary>Cuts the next connection on which the store sends this text; complete once it has.</summary>
    /// <param name="text">As the protocol has it.</param>
    /// <param name="delivered">Whether the server still gets it, so that only its answer is lost.</param>
    public Task CutAt(string text, bool delivered)
    {
        lock (_lock)
        {
            _cut = new Cut(System.Text.Encoding.ASCII.GetBytes(text), delivered);
            _cutDone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _cutDone.Task;
        }
    }

    /// <summary>Ends every connection, and with <paramref name="refuse"/> each new one at once.</summary>
    public void CutAll(bool refuse)
    {
        lock (_lock)
        {
            _refuses = refuse;
            _open.ForEach(socket => socket.Dispose());
            _open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        CutAll(refuse: true);
        await Task.WhenAll(_tasks);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                lock (_lock)
                {
                    Connections++;
                    if (!_refuses)
                    {
                        _open.Add(client);
                        _tasks.Add(ServeAsync(client));
                        continue;
                    }
                }
                client.Dispose();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        using (client)
        {
            try
            {
                await server.ConnectAsync(_server.Name, _server.Port);
                await Task.WhenAny(PumpUpAsync(client, server), PumpDownAsync(server, client));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // One end has gone: the other one goes now.
            }
        }
    }

    private async Task PumpUpAsync(Socket client, Socket server)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await client.ReceiveAsync(buffer)) > 0)
        {
            if (TakeCut(buffer.AsSpan(0, read)) is not { } cut)
            {
                await server.SendAsync(buffer.AsMemory(0, read));
                continue;
            }
            // The client goes first: whatever the server answers finds nobody.
            client.Dispose();
            if (cut.Delivered)
            {
                await server.SendAsync(buffer.AsMemory(0, read));
                await DrainAsync(server);
            }
            _cutDone.SetResult();
            return;
        }
    }

    /// <summary>Reads the server's answer for as long as it takes, so that its end is not cut short by ours.</summary>
    private static async Task DrainAsync(Socket server)
    {
        var buffer = new byte[4096];
        server.Shutdown(SocketShutdown.Send);
        while (await server.ReceiveAsync(buffer) > 0)
        {
        }
    }

    private static async Task PumpDownAsync(Socket server, Socket client)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await server.ReceiveAsync(buffer)) > 0)
            await client.SendAsync(buffer.AsMemory(0, read));
    }

    private Cut? TakeCut(ReadOnlySpan<byte> sent)
    {
        lock (_lock)
        {
            if (_cut is not { } cut || sent.IndexOf(cut.Text) < 0)
                return null;
            _cut = null;
            return cut;
        }
    }

    private sealed record Cut(byte[] Text, bool Delivered);
}
