using System.Net;
using System.Net.Sockets;
using System.Text;
using Gantry.Chaos.Network;

namespace Gantry.Chaos.Tests.Network;

public sealed class TcpBalancerTests : IDisposable
{
    private readonly List<TcpListener> _nodes = [];

    [Fact]
    public async Task Connections_go_round_and_bytes_go_both_ways()
    {
        await using var balancer = new TcpBalancer(IPAddress.Loopback, [Node("a"), Node("b")], probe: null);

        string[] answers = [await AskAsync(balancer), await AskAsync(balancer), await AskAsync(balancer), await AskAsync(balancer)];

        Assert.Equal(["a", "a", "b", "b"], answers.Order());
    }

    [Fact]
    public async Task A_node_that_does_not_answer_is_passed_over()
    {
        var gone = Node("gone");
        _nodes[0].Stop();
        await using var balancer = new TcpBalancer(IPAddress.Loopback, [gone, Node("b")], probe: null);

        Assert.Equal("b", await AskAsync(balancer));
        Assert.Equal("b", await AskAsync(balancer));
        Assert.False(gone.IsReady);
    }

    [Fact]
    public async Task A_node_that_is_not_ready_gets_no_new_connections()
    {
        Backend leaving = Node("HTTP/1.1 503 Service Unavailable\r\n\r\n"), ready = Node("HTTP/1.1 200 OK\r\n\r\n");
        await using var balancer = new TcpBalancer(IPAddress.Loopback, [leaving, ready], new ReadyProbe());
        while (!ready.IsReady)
            await Task.Delay(10);

        for (var i = 0; i < 6; i++)
            Assert.Contains("200", await AskAsync(balancer), StringComparison.Ordinal);
        Assert.False(balancer.AreAllReady);
    }

    [Fact]
    public async Task Where_no_node_is_ready_one_is_asked_all_the_same()
    {
        await using var balancer = new TcpBalancer(IPAddress.Loopback, [Node("HTTP/1.1 503 Service Unavailable\r\n\r\n")], new ReadyProbe());

        Assert.Contains("503", await AskAsync(balancer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_the_node_ends_ends_for_the_client()
    {
        var node = new TcpListener(IPAddress.Loopback, 0);
        node.Start();
        _nodes.Add(node);
        await using var balancer = new TcpBalancer(IPAddress.Loopback, [new Backend(node.LocalEndpoint)], probe: null);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, balancer.Port);
        (await node.AcceptSocketAsync()).Dispose();

        await Assert.ThrowsAnyAsync<IOException>(async () => await client.GetStream().ReadExactlyAsync(new byte[1]));
    }

    public void Dispose()
    {
        foreach (var node in _nodes)
            node.Dispose();
    }

    /// <summary>A node that says the same to whoever says something.</summary>
    private Backend Node(string answer)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _nodes.Add(listener);
        _ = ServeAsync(listener, Encoding.ASCII.GetBytes(answer));
        return new Backend(listener.LocalEndpoint);
    }

    private static async Task ServeAsync(TcpListener listener, byte[] answer)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptSocketAsync();
                await client.ReceiveAsync(new byte[1024]);
                await client.SendAsync(answer);
                client.Shutdown(SocketShutdown.Send);
                while (await client.ReceiveAsync(new byte[1024]) > 0)
                {
                    // Until the other side ends, too.
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task<string> AskAsync(TcpBalancer balancer)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, balancer.Port);
        var stream = client.GetStream();
        await stream.WriteAsync("hello"u8.ToArray());
        client.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync();
    }
}
