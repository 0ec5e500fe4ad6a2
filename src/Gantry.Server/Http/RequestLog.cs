using System.Net;
using Gantry.Protocol;
using Gantry.Server.Hosting.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Http;

/// <summary>Counts, records and logs what was answered. Of a request it knows method and path: no query, no header, no body, so no secret.</summary>
public sealed partial class RequestLog(ServerMetrics metrics, RequestAudit audit, ILogger logger, TimeProvider time)
{
    public RequestEntry Begin(HttpContext http, ReadOnlyMemory<char> path)
    {
        var method = http.Request.Method;
        var route = RouteClass.Of(path.Span);
        var uploads = route == RouteClass.Uploads && !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsDelete(method);
        if (uploads)
            metrics.UploadBegins();
        return new RequestEntry { Path = path, Route = route, Uploads = uploads, Begun = time.GetTimestamp() };
    }

    /// <summary>Where what is about to be done must be recorded: until there is room to.</summary>
    public ValueTask WaitForRoomAsync(HttpContext http, RequestEntry entry) => audit.WaitForRoomAsync(http, entry);

    public void End(HttpContext http, RequestEntry entry)
    {
        if (entry.Uploads)
            metrics.UploadEnds();
        var duration = time.GetElapsedTime(entry.Begun);
        var response = http.Response;
        var status = http.RequestAborted.IsCancellationRequested && !response.HasStarted ? 499 : response.StatusCode;
        var sent = HttpMethods.IsHead(http.Request.Method) ? 0 : response.ContentLength ?? 0;
        metrics.Answered(entry.Route, status, duration, http.Request.ContentLength ?? 0, sent);
        audit.Note(http, entry, status, duration);
        if (logger.IsEnabled(LogLevel.Information))
            LogAnswered(logger, http.Request.Method, Printable.Of(entry.Path.Span), status, sent, duration.TotalMilliseconds, CallerOf(entry), http.Connection.RemoteIpAddress, ResponseHeaders.CorrelationOf(http));
    }

    private static string CallerOf(RequestEntry entry) =>
        entry.Authentication is not { } known ? "-" : known.Failed ? $"refused:{known.Caller.Name}" : known.Caller.Name;

    [LoggerMessage(100, LogLevel.Information, "{Method} {Path} {Status} {Bytes} bytes {Milliseconds:F1} ms {Caller} {Client} {Correlation}")]
    private static partial void LogAnswered(ILogger logger, string method, string path, int status, long bytes, double milliseconds, string caller, IPAddress? client, string correlation);
}
