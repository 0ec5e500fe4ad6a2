using System.Net;
using System.Net.Sockets;

namespace Gantry.EndToEnd.Access;

/// <summary>A name server for which every host is this machine (RFC 1035), so that a validator that asks it comes to us.</summary>
internal sealed class NameServer : IAsyncDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public NameServer() => _loop = RunAsync();

    public string Address => _socket.Client.LocalEndPoint!.ToString()!;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var question = await _socket.ReceiveAsync(_stop.Token);
                await _socket.SendAsync(Answer(question.Buffer), question.RemoteEndPoint, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping is how it ends.
        }
    }

    private static byte[] Answer(byte[] question)
    {
        // The name's labels, then type and class.
        var end = 12;
        while (question[end] != 0)
            end += question[end] + 1;
        end += 5;
        var asksAddress = question[end - 4] == 0 && question[end - 3] == 1;
        byte[] head = [question[0], question[1], 0x85, 0x80, 0, 1, 0, (byte)(asksAddress ? 1 : 0), 0, 0, 0, 0];
        // The name again by its place, A, IN, no time to live, four bytes.
        byte[] address = asksAddress ? [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1] : [];
        return [.. head, .. question[12..end], .. address];
    }
}
