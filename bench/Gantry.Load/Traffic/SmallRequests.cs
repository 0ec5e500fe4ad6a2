using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gantry.Load.Traffic;

/// <summary>The same request over and over on several connections, by one thread: as much load for as little of the machine as we can.</summary>
internal static class SmallRequests
{
    private const int BlockBytes = 256 * 1024;
    private const int PatienceMilliseconds = 30_000;

    /// <param name="endpoint">Whom to ask.</param>
    /// <param name="connections">Each with one request under way at any time.</param>
    /// <param name="request">The same each time. What its first answer is, with status 200, all must be in status and length.</param>
    /// <param name="budget">When to end; operations are not counted.</param>
    public static LoadResult Run(Endpoint endpoint, int connections, byte[] request, Budget budget)
    {
        Answer expected;
        using (var connection = endpoint.Connect())
            expected = connection.Expect(200, request);
        using var epoll = new Epoll();
        var lines = Enumerable.Range(0, connections).Select(_ => new Line(Connection.Open(endpoint.Port))).ToList();
        try
        {
            for (var i = 0; i < lines.Count; i++)
            {
                lines[i].Socket.Blocking = false;
                epoll.Watch(lines[i].Socket.Handle, i);
            }
            return Drive(epoll, lines, request, expected, budget.Time);
        }
        finally
        {
            lines.ForEach(line => line.Socket.Dispose());
        }
    }

    private static LoadResult Drive(Epoll epoll, List<Line> lines, byte[] request, Answer expected, TimeSpan length)
    {
        var block = new byte[BlockBytes];
        var ready = new Epoll.Ready[lines.Count];
        var latencies = new List<long>(1 << 18);
        var (bytes, errors, firstError) = (0L, 0L, (string?)null);
        var begun = Stopwatch.GetTimestamp();
        var end = begun + (long)(length.TotalSeconds * Stopwatch.Frequency);
        foreach (var line in lines)
            line.Send(request);

        for (var busy = lines.Count; busy > 0;)
        {
            var count = epoll.Wait(ready, PatienceMilliseconds);
            if (count == 0)
                throw new TimeoutException($"no answer within {PatienceMilliseconds / 1000} s");
            for (var i = 0; i < count; i++)
            {
                var line = lines[(int)ready[i].Key];
                if (!line.Receive(block))
                    continue;
                var now = Stopwatch.GetTimestamp();
                if (line.Reader.Status == expected.Status && line.Reader.Length == expected.Length)
                {
                    latencies.Add(now - line.Begun);
                    bytes += line.Reader.Length;
                }
                else
                {
                    errors++;
                    firstError ??= $"answered {line.Reader.Status} with {line.Reader.Length} bytes, wanted {expected.Status} with {expected.Length}";
                }
                if (now < end)
                    line.Send(request);
                else
                    busy--;
            }
        }
        var time = Stopwatch.GetElapsedTime(begun);
        return new LoadResult(latencies.Count, bytes, time, new Latencies(CollectionsMarshal.AsSpan(latencies).ToArray()), errors, firstError);
    }

    /// <summary>One connection.</summary>
    private sealed class Line(Socket socket)
    {
        private bool _head;

        public Socket Socket => socket;

        public AnswerReader Reader { get; } = new();

        public long Begun { get; private set; }

        public void Send(byte[] request)
        {
            Begun = Stopwatch.GetTimestamp();
            _head = request.AsSpan().StartsWith("HEAD "u8);
            Reader.Begin(!_head, null);
            // Nothing else is in the socket's buffer, and it is larger than any of these requests.
            if (socket.Send(request, SocketFlags.None, out var error) != request.Length)
                throw new IOException($"a request was not taken whole: {error}");
        }

        /// <returns>Whether the answer is whole.</returns>
        public bool Receive(byte[] block)
        {
            var count = socket.Receive(block, 0, block.Length, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                return false;
            return count > 0 ? Reader.Consume(block.AsSpan(0, count)) : throw new IOException($"the connection was closed before the answer's end ({error})");
        }
    }
}
