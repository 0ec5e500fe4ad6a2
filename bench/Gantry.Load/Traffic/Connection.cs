using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gantry.Load.Traffic;

/// <summary>A kept-alive connection that one thread uses: a request goes out whole, then its answer is read whole.</summary>
internal sealed class Connection(Endpoint endpoint, IPAddress? from = null) : IDisposable
{
    private const int BlockBytes = 1024 * 1024;
    private const int JoinedBytes = 64 * 1024;

    // What a processor's own cache holds, so that discarding costs the server as little as it can.
    private const int ReceiveBytes = 256 * 1024;
    private readonly byte[] _block = new byte[BlockBytes];
    private readonly AnswerReader _reader = new();
    private Socket? _socket;

    public Endpoint Endpoint => endpoint;

    /// <param name="request">What <see cref="Requests"/> wrote.</param>
    /// <param name="body">The body that the request's head announced.</param>
    /// <param name="sink">Takes the answer's body; null discards it.</param>
    public Answer Exchange(ReadOnlySpan<byte> request, Body? body = null, Stream? sink = null)
    {
        try
        {
            _socket ??= Open(endpoint.Port, from);
            Send(request, body);
            _reader.Begin(!request.StartsWith("HEAD "u8), sink);
            for (var whole = false; !whole;)
            {
                var count = _socket.Receive(_block.AsSpan(0, ReceiveBytes));
                whole = count > 0 ? _reader.Consume(_block.AsSpan(0, count)) : throw new InvalidDataException("the connection was closed before the answer's end");
            }
            return new Answer(_reader.Status, _reader.Length, _reader.Location);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>An exchange whose answer must be as expected.</summary>
    /// <exception cref="InvalidDataException">It is not; the message says what came.</exception>
    public Answer Expect(int status, ReadOnlySpan<byte> request, Body? body = null, long? length = null)
    {
        var answer = Exchange(request, body);
        return answer.Status == status && (length is null || answer.Length == length)
            ? answer
            : throw new InvalidDataException($"{Encoding.ASCII.GetString(request[..request.IndexOf((byte)'\r')])}: answered {answer.Status} with {answer.Length} bytes, wanted {status}{(length is null ? "" : $" with {length}")}");
    }

    /// <summary>An exchange of which the body is wanted.</summary>
    public byte[] Fetch(ReadOnlySpan<byte> request)
    {
        using var sink = new MemoryStream();
        var answer = Exchange(request, sink: sink);
        return answer.Status == 200 ? sink.ToArray() : throw new InvalidDataException($"{Encoding.ASCII.GetString(request[..request.IndexOf((byte)'\r')])}: answered {answer.Status}: {Encoding.UTF8.GetString(sink.ToArray())}");
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    /// <summary>A connected socket that sends small requests at once.</summary>
    /// <param name="port">On loopback.</param>
    /// <param name="from">Which of this machine's addresses it comes from; null for any.</param>
    public static Socket Open(int port, IPAddress? from = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (from is not null)
            socket.Bind(new IPEndPoint(from, 0));
        socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private void Send(ReadOnlySpan<byte> request, Body? body)
    {
        if (body is not { } content)
        {
            SendAll(request);
            return;
        }
        if (content.Length <= JoinedBytes)
        {
            // One packet, as a client does that has both at hand.
            Span<byte> joined = new byte[request.Length + (int)content.Length];
            request.CopyTo(joined);
            content.Part(0, _block).CopyTo(joined[request.Length..]);
            SendAll(joined);
            return;
        }
        SendAll(request);
        for (var position = 0L; position < content.Length; position += BlockBytes)
            SendAll(content.Part(position, _block));
    }

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[_socket!.Send(bytes)..];
    }
}
