using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Gantry.Cli.OpenId;

/// <summary>Waits on a free port of loopback for the browser that comes back from an issuer (RFC 8252, 7.3).</summary>
/// <remarks>It answers fixed texts and redirects nowhere. Whatever does not carry the state of this sign-in is turned away, and the wait goes on.</remarks>
internal sealed class LoopbackListener : IDisposable
{
    public const string Path = "/callback";

    private const int MaxHeadBytes = 16 * 1024;
    private const int MaxConnections = 16;
    private static readonly TimeSpan RequestPatience = TimeSpan.FromSeconds(10);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TimeProvider _time;

    public LoopbackListener(TimeProvider time)
    {
        _time = time;
        _listener.Start();
        Authority = $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
    }

    /// <summary>Where the issuer is to send the browser.</summary>
    public string RedirectUri => $"http://{Authority}{Path}";

    private string Authority { get; }

    /// <summary>The answer that carries this state. Connections are read beside one another: one that says nothing keeps nobody waiting.</summary>
    public async Task<BrowserAnswer> WaitAsync(string state, CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var answered = new TaskCompletionSource<BrowserAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var accepting = AcceptAsync(state, answered, end.Token);
        try
        {
            await Task.WhenAny(answered.Task, accepting);
            if (!answered.Task.IsCompleted)
                await accepting;
            return await answered.Task;
        }
        finally
        {
            await end.CancelAsync();
            await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AcceptAsync(string state, TaskCompletionSource<BrowserAnswer> answered, CancellationToken ct)
    {
        using var room = new SemaphoreSlim(MaxConnections);
        var served = new List<Task>();
        try
        {
            while (true)
            {
                await room.WaitAsync(ct);
                served.RemoveAll(task => task.IsCompleted);
                served.Add(ServeAsync(await _listener.AcceptTcpClientAsync(ct), state, answered, room, ct));
            }
        }
        finally
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient client, string state, TaskCompletionSource<BrowserAnswer> answered, SemaphoreSlim room, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(RequestPatience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                var answer = Read(await ReadHeadAsync(stream, either.Token), state);
                await WriteAsync(stream, answer, either.Token);
                if (answer is not null)
                    answered.TrySetResult(answer);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // A connection that a browser opened for nothing, or somebody else, or one too many.
        }
        finally
        {
            room.Release();
        }
    }

    public void Dispose() => _listener.Dispose();

    private BrowserAnswer? Read(string head, string state)
    {
        var lines = head.Split("\r\n");
        // A page elsewhere that made a name of its own lead here (DNS rebinding) shows that name.
        if (lines[0].Split(' ') is not ["GET", var target, _] || !lines.Skip(1).Any(line => line.Equals($"Host: {Authority}", StringComparison.OrdinalIgnoreCase)))
            return null;
        var answer = BrowserAnswer.TryParse(target, Path);
        return answer?.State is { } shown && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown), Encoding.UTF8.GetBytes(state)) ? answer : null;
    }

    private static async Task<string> ReadHeadAsync(NetworkStream stream, CancellationToken ct)
    {
        var bytes = new byte[MaxHeadBytes];
        var length = 0;
        while (length < bytes.Length && bytes.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            var read = await stream.ReadAsync(bytes.AsMemory(length), ct);
            if (read == 0)
                break;
            length += read;
        }
        return Encoding.Latin1.GetString(bytes, 0, length);
    }

    private static async Task WriteAsync(NetworkStream stream, BrowserAnswer? answer, CancellationToken ct)
    {
        var (status, text) = answer switch
        {
            null => ("400 Bad Request", "This is no answer to a sign-in that is under way."),
            { Error: null } => ("200 OK", "You can close this window and go back to the terminal."),
            _ => ("200 OK", "The sign-in was refused. The terminal says more."),
        };
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {text.Length}\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
            + $"Content-Security-Policy: default-src 'none'\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{text}"), ct);
    }
}
