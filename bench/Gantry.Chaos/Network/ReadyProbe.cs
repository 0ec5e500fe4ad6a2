using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gantry.Chaos.Network;

/// <summary>Asks a node <c>/readyz</c> on a connection of its own.</summary>
internal sealed class ReadyProbe
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private static readonly byte[] Question = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray();

    public async Task<bool> IsReadyAsync(EndPoint address, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, limit.Token);
            await socket.SendAsync(Question, limit.Token);
            var answer = new byte[64];
            var length = 0;
            while (length < answer.Length && await socket.ReceiveAsync(answer.AsMemory(length), limit.Token) is > 0 and var count)
                length += count;
            return Encoding.ASCII.GetString(answer, 0, length).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }
}
