using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gantry.Server.Metadata.Postgres;

namespace Gantry.Server.Tests.Metadata.Postgres;

/// <summary>Stands between a store and its server, and cuts connections where a test says: before a statement arrives, or before its answer does.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly PostgresHost _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _tasks = [];
    private readonly Lock _lock = new();
    private readonly List<Socket> _clients = [];
    private Func<string, CutKind>? _judge;
    private string _endCode = "";
    private bool _refuses;
    private bool _stalls;

    public CuttingProxy(PostgresHost server)
    {
        _server = server;
        _listener.Start();
        _tasks.Add(AcceptAsync());
    }

    public PostgresHost Host => new("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);

    /// <summary>Asks, from now on, about every statement that is executed. Null asks no more.</summary>
    public void Judge(Func<string, CutKind>? judge)
    {
        lock (_lock)
            _judge = judge;
    }

    /// <summary>Cuts one connection: the next that executes a statement which begins so. Complete once it is cut.</summary>
    public Task CutOnce(string statement, CutKind kind)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Judge(executed =>
        {
            if (!executed.StartsWith(statement, StringComparison.Ordinal))
                return CutKind.None;
            Judge(null);
            done.SetResult();
            return kind;
        });
        return done.Task;
    }

    /// <summary>Ends one connection as the server does it, with words: the next that executes a statement which begins so.</summary>
    /// <param name="statement">How the statement begins, which the server never gets.</param>
    /// <param name="code">The SQLSTATE: one that this version of the server, or nothing that a test can do, would send.</param>
    /// <returns>Complete once it is ended.</returns>
    public Task EndOnce(string statement, string code)
    {
        _endCode = code;
        return CutOnce(statement, CutKind.Told);
    }

    /// <summary>Ends every connection, and while <paramref name="refuse"/> is set each new one at once.</summary>
    public void CutAll(bool refuse)
    {
        lock (_lock)
        {
            _refuses = refuse;
            _clients.ForEach(client => client.Dispose());
            _clients.Clear();
        }
    }

    /// <summary>Swallows what either side sends on the connections there are, as a network that drops everything: nobody is told.</summary>
    public void StallAll()
    {
        lock (_lock)
            _stalls = true;
    }

    public void EndStall()
    {
        lock (_lock)
            _stalls = false;
        CutAll(refuse: false);
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
                client.NoDelay = true;
                lock (_lock)
                {
                    if (!_refuses)
                    {
                        _clients.Add(client);
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
        using (client)
        {
            await server.ConnectAsync(_server.Name, _server.Port);
            await Task.WhenAll(PumpUpAsync(client, server), PumpDownAsync(server, client));
        }
    }

    private async Task PumpUpAsync(Socket client, Socket server)
    {
        var buffer = new byte[64 * 1024];
        var statements = new ExecutedStatements();
        while (await TryReceiveAsync(client, buffer) is > 0 and var read)
        {
            var kind = CutKind.None;
            foreach (var statement in statements.Pass(buffer.AsSpan(0, read)))
                kind = kind is CutKind.None ? Ask(statement) : kind;
            if (kind is CutKind.Told)
            {
                await TrySendAsync(client, FatalError(_endCode));
                TryEnd(client);
            }
            if (kind is not CutKind.None)
                client.Dispose();
            if (kind is CutKind.Before or CutKind.Told || IsStalled())
                continue;
            if (!await TrySendAsync(server, buffer.AsMemory(0, read)))
                break;
        }
        // What was sent arrives; then the server sees the end.
        TryEnd(server);
    }

    /// <summary>Goes on reading where the client has gone: an answer that nobody took would make the server's end look like an error.</summary>
    private async Task PumpDownAsync(Socket server, Socket client)
    {
        var buffer = new byte[64 * 1024];
        while (await TryReceiveAsync(server, buffer) is > 0 and var read)
        {
            if (!IsStalled())
                await TrySendAsync(client, buffer.AsMemory(0, read));
        }
        client.Dispose();
    }

    /// <summary>The message ErrorResponse of PostgreSQL's protocol: severity, code and text.</summary>
    private static byte[] FatalError(string code)
    {
        var fields = Encoding.ASCII.GetBytes($"SFATAL\0VFATAL\0C{code}\0Mterminating connection\0\0");
        var message = new byte[5 + fields.Length];
        message[0] = (byte)'E';
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), 4 + fields.Length);
        fields.CopyTo(message, 5);
        return message;
    }

    private CutKind Ask(string statement)
    {
        Func<string, CutKind>? judge;
        lock (_lock)
            judge = _judge;
        return judge?.Invoke(statement) ?? CutKind.None;
    }

    private bool IsStalled()
    {
        lock (_lock)
            return _stalls;
    }

    private static async Task<int> TryReceiveAsync(Socket socket, byte[] buffer)
    {
        try
        {
            return await socket.ReceiveAsync(buffer);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }

    private static async Task<bool> TrySendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await socket.SendAsync(bytes);
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static void TryEnd(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }
}
