using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gantry.Load.Traffic;

namespace Gantry.Load.SignIns;

/// <summary>Requests from an address of its own, each on the heels of the last, until it is stopped: one thread, as many as the server answers.</summary>
internal sealed class Flood : IDisposable
{
    private const int BlockBytes = 64 * 1024;
    private const int WaitMilliseconds = 20;

    private readonly List<(Socket Socket, AnswerReader Reader)> _lines = [];
    private readonly Func<long, byte[]> _request;
    private readonly Func<int, bool> _expected;
    private readonly Thread _thread;
    private readonly long _begun = Stopwatch.GetTimestamp();
    private TimeSpan _time;
    private long _sent;
    private long _answered;
    private Exception? _failure;
    private volatile bool _stop;

    /// <param name="from">The address that it comes from, one of loopback's.</param>
    /// <param name="port">Where to.</param>
    /// <param name="connections">Each with one request under way.</param>
    /// <param name="request">The request of a number; good until the next call.</param>
    /// <param name="expected">Which statuses it is to be answered with.</param>
    public Flood(IPAddress from, int port, int connections, Func<long, byte[]> request, Func<int, bool> expected)
    {
        (_request, _expected) = (request, expected);
        for (var i = 0; i < connections; i++)
            _lines.Add((Connection.Open(port, from), new AnswerReader()));
        _thread = new Thread(Drive) { IsBackground = true };
        _thread.Start();
    }

    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Ends it; answers a second.</summary>
    public double Stop()
    {
        _stop = true;
        _thread.Join();
        return _failure is null ? _answered / _time.TotalSeconds : throw new InvalidDataException($"the flood broke off: {_failure.Message}", _failure);
    }

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
        _lines.ForEach(line => line.Socket.Dispose());
    }

    private void Drive()
    {
        try
        {
            using var epoll = new Epoll();
            var ready = new Epoll.Ready[_lines.Count];
            var block = new byte[BlockBytes];
            for (var i = 0; i < _lines.Count; i++)
            {
                _lines[i].Socket.Blocking = false;
                epoll.Watch(_lines[i].Socket.Handle, i);
                Send(i);
            }
            while (!_stop)
            {
                var count = epoll.Wait(ready, WaitMilliseconds);
                for (var i = 0; i < count; i++)
                {
                    if (Receive((int)ready[i].Key, block))
                        Send((int)ready[i].Key);
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidDataException)
        {
            _failure = e;
        }
        _time = Stopwatch.GetElapsedTime(_begun);
    }

    private void Send(int index)
    {
        var (socket, reader) = _lines[index];
        var request = _request(_sent++);
        reader.Begin(bodyExpected: true, null);
        if (socket.Send(request, SocketFlags.None, out var error) != request.Length)
            throw new IOException($"a request was not taken whole: {error}");
    }

    /// <returns>Whether the answer is whole.</returns>
    private bool Receive(int index, byte[] block)
    {
        var (socket, reader) = _lines[index];
        var count = socket.Receive(block, 0, block.Length, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return false;
        if (count == 0)
            throw new IOException($"the connection was closed before the answer's end ({error})");
        if (!reader.Consume(block.AsSpan(0, count)))
            return false;
        if (!_expected(reader.Status))
            throw new InvalidDataException($"a request of the flood was answered {reader.Status}");
        Interlocked.Increment(ref _answered);
        return true;
    }
}
