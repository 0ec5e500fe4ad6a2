using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Gantry.Client.Remote;

/// <summary>Decides whether something is tried again, and when.</summary>
internal sealed class RetryPolicy(RetryOptions options, TimeProvider time)
{
    /// <summary>The wait before the next try; null where there is none.</summary>
    /// <param name="tries">Tries made so far.</param>
    /// <param name="retryAfter">What the server asked; null where it asked nothing.</param>
    public TimeSpan? NextDelay(int tries, TimeSpan? retryAfter)
    {
        if (tries > options.Retries)
            return null;
        if (retryAfter is { } asked)
            return asked <= options.MaxRetryAfter ? asked : null;
        // Doubling stops before it overflows; the cap below is far smaller anyway.
        var delay = options.FirstDelay * Math.Pow(2, Math.Min(tries - 1, 30));
        var jitter = 1 + (RandomNumberGenerator.GetInt32(-1000, 1001) / 10_000.0);
        return (delay < options.MaxDelay ? delay : options.MaxDelay) * jitter;
    }

    public Task WaitAsync(TimeSpan delay, CancellationToken ct) => Task.Delay(delay, time, ct);

    /// <summary>What <c>Retry-After</c> asks, in seconds or as a date; null where it asks nothing.</summary>
    public TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > time.GetUtcNow() ? date - time.GetUtcNow() : TimeSpan.Zero,
        _ => null,
    };

    /// <summary>The server is busy and did not carry the request out.</summary>
    public static bool IsRefusedForNow(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;

    /// <summary>The server failed, and nobody knows how far it came. 501 and 505 will not change their mind.</summary>
    public static bool IsFailure(HttpStatusCode status) =>
        (int)status >= 500 && status is not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported);

    public static bool IsTransient(HttpStatusCode status) => IsRefusedForNow(status) || IsFailure(status);

    /// <summary>A connection that broke. One that was never made because of a name, a certificate or a closed port fails again the same way.</summary>
    public static bool IsTransient(Exception exception, CancellationToken ct) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.ProxyTunnelError
            or HttpRequestError.VersionNegotiationError or HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.UserAuthenticationError } => false,
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.AccessDenied } } => false,
        HttpRequestException or HttpIOException or IOException => true,
        // The transport's own time limits look like a cancellation that nobody asked for.
        OperationCanceledException => !ct.IsCancellationRequested,
        _ => false,
    };

    /// <summary>Nobody listens at the port.</summary>
    public static bool IsConnectionRefused(Exception exception) =>
        exception is HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } };
}
