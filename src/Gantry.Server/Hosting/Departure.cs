using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Hosting;

/// <summary>How a server leaves without losing a request that was sent in good faith.</summary>
/// <remarks><code>
///   (1) /readyz says 503      balancers send nobody new; what they still send is served
///   (2) every answer carries "Connection: close"      clients that keep connections let go of them, one answer later
///   (3) the last connection is gone, or the delay is over ──► the listener closes, what still runs is waited for
/// </code>
/// A listener that closes at once resets connections that the kernel took and nobody read, and a connection that is closed while its next request is on the way loses it.
/// HTTP/2 has words of its own for (2), which Kestrel says in (3).
/// </remarks>
internal sealed class Departure(TimeSpan delay, TimeProvider time)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private int _connections;
    private volatile bool _isLeaving;

    public bool IsLeaving => _isLeaving;

    /// <summary>Counts the connections of an address.</summary>
    public ConnectionDelegate Count(ConnectionDelegate next) => async connection =>
    {
        Interlocked.Increment(ref _connections);
        try
        {
            await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _connections);
        }
    };

    /// <summary>Marks the answer to a request that came while the server leaves.</summary>
    /// <returns>Whether that was the whole answer.</returns>
    public bool TryAnswer(HttpContext http)
    {
        if (!_isLeaving)
            return false;
        // (2)
        if (HttpProtocol.IsHttp11(http.Request.Protocol))
            http.Response.Headers.Connection = "close";
        // (1)
        if (http.Request.Path != "/readyz")
            return false;
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return true;
    }

    /// <summary>Waits until nobody is connected, but no longer than the delay. Where there is none it leaves at once.</summary>
    public async Task LeaveAsync(CancellationToken ct)
    {
        _isLeaving = delay > TimeSpan.Zero;
        if (!_isLeaving)
            return;
        // (3)
        var begin = time.GetTimestamp();
        // Balancers look now and then: connections that come between two looks are none's fault.
        while (time.GetElapsedTime(begin) < delay / 2 || (Volatile.Read(ref _connections) > 0 && time.GetElapsedTime(begin) < delay))
            await Task.Delay(Step, time, ct);
    }
}
