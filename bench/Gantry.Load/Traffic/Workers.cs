using System.Diagnostics;

namespace Gantry.Load.Traffic;

/// <summary>Operations of several requests, or of large bodies, on several connections: a thread each, blocking.</summary>
internal static class Workers
{
    private const int EnoughErrors = 20;

    /// <param name="endpoint">Whom to ask.</param>
    /// <param name="connections">How many threads.</param>
    /// <param name="budget">When to end.</param>
    /// <param name="operation">Done over and over; given its number, it returns the bytes of bodies that it moved, or throws.</param>
    public static LoadResult Run(Endpoint endpoint, int connections, Budget budget, Func<Connection, long, long> operation)
    {
        var (begunOperations, bytes, errors, firstError) = (0L, 0L, 0L, (string?)null);
        var latencies = new List<long>[connections];
        var begun = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(0, connections).Select(index => new Thread(() => Work(index)) { IsBackground = true }).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        var time = Stopwatch.GetElapsedTime(begun);
        var all = latencies.SelectMany(mine => mine).ToArray();
        return new LoadResult(all.Length, bytes, time, new Latencies(all), errors, firstError);

        void Work(int index)
        {
            var mine = latencies[index] = [];
            using var connection = new Connection(endpoint);
            while (Stopwatch.GetElapsedTime(begun) < budget.Time && Interlocked.Read(ref errors) < EnoughErrors)
            {
                var number = Interlocked.Increment(ref begunOperations) - 1;
                if (number >= budget.Operations)
                    return;
                var start = Stopwatch.GetTimestamp();
                try
                {
                    Interlocked.Add(ref bytes, operation(connection, number));
                    mine.Add(Stopwatch.GetTimestamp() - start);
                }
                catch (Exception failure) when (failure is InvalidDataException or IOException or System.Net.Sockets.SocketException)
                {
                    Interlocked.Increment(ref errors);
                    Interlocked.CompareExchange(ref firstError, failure.Message, null);
                }
            }
        }
    }
}
