using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gantry.Server.Tests.Storage.S3;

/// <summary>Speaks as much HTTP as one deletion needs: turns the first one away with a 503 of a given form, and does the next.</summary>
internal sealed class BusyStore : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    /// <param name="headers">Of the refusal, each with its end of line.</param>
    /// <param name="body">Of the refusal.</param>
    public BusyStore(string headers, string body)
    {
        _listener.Start();
        _serving = ServeAsync($"HTTP/1.1 503 Service Unavailable\r\n{headers}", body);
    }

    public Uri Endpoint => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Deletions that arrived.</summary>
    public int Deletions { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task ServeAsync(string head, string body)
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
                var isDeletion = (await reader.ReadLineAsync(_stop.Token))?.StartsWith("DELETE ", StringComparison.Ordinal) is true;
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 })
                {
                }
                var answer = !isDeletion ? Write("HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n", "<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>")
                    : ++Deletions == 1 ? Write(head, body)
                    : "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private static string Write(string head, string body) => $"{head}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";
}
