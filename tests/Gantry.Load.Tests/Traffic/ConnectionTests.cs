using System.Net;
using System.Net.Sockets;
using System.Text;
using Gantry.Load.Traffic;

namespace Gantry.Load.Tests.Traffic;

/// <summary>Against a peer of a few lines that answers each request on its connection with the next of its answers.</summary>
public sealed class ConnectionTests
{
    private const string Fine = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private const string Other = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad";
    private const string Refusal = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public async Task An_answer_of_another_status_or_length_is_an_error_that_says_so()
    {
        await using var scripted = new Scripted(Fine, Refusal, Other);
        using var connection = new Connection(scripted.Endpoint);
        var request = Requests.Get(scripted.Endpoint, "/x");
        Assert.Equal(2, connection.Expect(200, request, length: 2).Length);
        Assert.Contains("answered 503", Assert.Throws<InvalidDataException>(() => connection.Expect(200, request)).Message, StringComparison.Ordinal);
        Assert.Contains("with 3 bytes", Assert.Throws<InvalidDataException>(() => connection.Expect(200, request, length: 2)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_ends_within_an_answer_is_an_error()
    {
        await using var scripted = new Scripted("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", Scripted.Close);
        using var connection = new Connection(scripted.Endpoint);
        Assert.Throws<InvalidDataException>(() => connection.Expect(200, Requests.Get(scripted.Endpoint, "/x")));
    }

    [Fact]
    public async Task Small_requests_count_what_was_answered_otherwise_as_errors()
    {
        await using var scripted = new Scripted(Fine, Fine, Refusal, Other, Fine);
        var load = SmallRequests.Run(scripted.Endpoint, 1, Requests.Get(scripted.Endpoint, "/x"), new Budget(TimeSpan.FromSeconds(1)));
        Assert.True(load.Operations > 0);
        Assert.Equal(2 * load.Operations, load.Bytes);
        Assert.Equal(2, load.Errors);
        Assert.Contains("503", load.FirstError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_do_as_many_operations_as_they_may_and_give_up_on_a_peer_that_only_fails()
    {
        await using var scripted = new Scripted(Fine);
        var request = Requests.Get(scripted.Endpoint, "/x");
        var fine = Workers.Run(scripted.Endpoint, 3, new Budget(TimeSpan.FromMinutes(1), 10), (connection, _) => connection.Expect(200, request).Length);
        Assert.Equal((10L, 20L, 0L), (fine.Operations, fine.Bytes, fine.Errors));
        var failed = Workers.Run(scripted.Endpoint, 1, new Budget(TimeSpan.FromMinutes(1)), (connection, _) => connection.Expect(201, request).Length);
        Assert.Equal(0, failed.Operations);
        Assert.InRange(failed.Errors, 1, 100);
    }

    /// <summary>The last answer is repeated; an empty one ends the connection right behind the answer before it.</summary>
    private sealed class Scripted : IAsyncDisposable
    {
        public const string Close = "";
        private readonly CancellationTokenSource _over = new();
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly string[] _answers;
        private readonly Task _accepting;
        private int _next = -1;

        public Scripted(params string[] answers)
        {
            _answers = answers;
            _listener.Start();
            Endpoint = new Endpoint(((IPEndPoint)_listener.LocalEndpoint).Port);
            _accepting = AcceptAsync();
        }

        public Endpoint Endpoint { get; }

        public async ValueTask DisposeAsync()
        {
            await _over.CancelAsync();
            await _accepting;
            _listener.Dispose();
            _over.Dispose();
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                    _ = AnswerAsync(await _listener.AcceptTcpClientAsync(_over.Token));
            }
            catch (OperationCanceledException)
            {
                // The test is over.
            }
        }

        private async Task AnswerAsync(TcpClient client)
        {
            using (client)
            {
                var stream = client.GetStream();
                var block = new byte[4096];
                while (await stream.ReadAsync(block) > 0)
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(_answers[Math.Min(Interlocked.Increment(ref _next), _answers.Length - 1)]));
                    if (_next + 1 < _answers.Length && _answers[_next + 1].Length == 0)
                        return;
                }
            }
        }
    }
}
