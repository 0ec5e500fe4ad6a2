using System.Net;
using Gantry.Protocol;
using Gantry.Server.Access;
using Gantry.Server.Hosting.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Http;

/// <summary>Counts and logs what was answered. Of a request it knows method and path: no query, no header, no body, so no secret.</summary>
public sealed partial class RequestLog(ServerMetrics metrics, ILogger logger, TimeProvider time)
{
    public long Begin(ReadOnlySpan<char> path, string method, out bool uploads)
    {
        uploads = RouteClass.Of(path) == RouteClass.Uploads && !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsDelete(method);
        if (uploads)
            metrics.UploadBegins();
        return time.GetTimestamp();
    }

    public void End(HttpContext http, ReadOnlySpan<char> path, long begun, bool uploads)
    {
        if (uploads)
            metrics.UploadEnds();
        var duration = time.GetElapsedTime(begun);
        var status = http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted ? 499 : http.Response.StatusCode;
        var sent = HttpMethods.IsHead(http.Request.Method) ? 0 : http.Response.ContentLength ?? 0;
        metrics.Answered(RouteClass.Of(path), status, duration, http.Request.ContentLength ?? 0, sent);
        if (logger.IsEnabled(LogLevel.Information))
            LogAnswered(logger, http.Request.Method, Printable.Of(path), status, sent, duration.TotalMilliseconds, CallerOf(http), http.Connection.RemoteIpAddress, ResponseHeaders.CorrelationOf(http));
    }

    /// <summary>Keeps who asks for the line that is written at the end, also where a refusal ends the request.</summary>
    public static void Remember(HttpContext http, Authentication authentication) => http.Items[typeof(Authentication)] = authentication;

    private static string CallerOf(HttpContext http) =>
        http.Items[typeof(Authentication)] is not Authentication known ? "-" : known.Failed ? $"refused:{known.Caller.Name}" : known.Caller.Name;

    [LoggerMessage(100, LogLevel.Information, "{Method} {Path} {Status} {Bytes} bytes {Milliseconds:F1} ms {Caller} {Client} {Correlation}")]
    private static partial void LogAnswered(ILogger logger, string method, string path, int status, long bytes, double milliseconds, string caller, IPAddress? client, string correlation);
}
