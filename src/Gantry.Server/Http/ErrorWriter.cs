using Gantry.Protocol.Distribution;
using Gantry.Server.Http.Arm;
using Gantry.Server.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Http;

/// <summary>Turns whatever a request ended with into the specification's error body. The one place where an exception becomes a status.</summary>
public sealed partial class ErrorWriter(ILogger<ErrorWriter> log)
{
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(5);

    /// <summary>Answers; or cuts the connection where the answer has begun, so that nobody takes half of it for the whole.</summary>
    public Task WriteAsync(HttpContext http, Exception exception)
    {
        ResponseHeaders.Apply(http);
        // The client is gone. What it caused on the way out is no error of ours.
        if (http.RequestAborted.IsCancellationRequested || exception is ConnectionResetException or ConnectionAbortedException)
        {
            http.Abort();
            return Task.CompletedTask;
        }
        var refusal = Refusal(http, exception);
        if (http.Response.HasStarted)
        {
            CutShort(http.Request.Method, ResponseHeaders.CorrelationOf(http), exception);
            http.Abort();
            return Task.CompletedTask;
        }
        if (exception is not RegistryException)
            ForgetContent(http.Response.Headers);
        if (refusal.RetryAfter is { } wait)
            http.Response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString();
        // Behind a balancer the next try goes on a new connection, perhaps to a node that reaches its stores.
        if (refusal.Status == StatusCodes.Status503ServiceUnavailable && HttpProtocol.IsHttp11(http.Request.Protocol))
            http.Response.Headers.Connection = "close";
        if (refusal.Status == StatusCodes.Status405MethodNotAllowed && http.Response.Headers.Allow.Count == 0)
            http.Response.Headers.Allow = AllowedMethods.Besides(http.Request.Method, RawTarget.PathOf(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget).Span);
        return ArmErrors.Fit(http) ? ArmErrors.WriteAsync(http, refusal) : Answer.ErrorsAsync(http, refusal.Status, refusal.Errors);
    }

    /// <summary>What was said of content that will not be sent. A refusal of the rules chose its headers itself.</summary>
    private static void ForgetContent(IHeaderDictionary headers)
    {
        headers.ETag = default;
        headers.ContentRange = default;
        headers.AcceptRanges = default;
        headers.CacheControl = default;
        headers.Remove(DistributionHeaders.ContentDigest);
    }

    private RegistryException Refusal(HttpContext http, Exception exception)
    {
        switch (exception)
        {
            case RegistryException refusal:
                return refusal;
            case BadHttpRequestException bad:
                // Kestrel's own words: a body beyond its limit, a client too slow, a broken chunk.
                var code = bad.StatusCode == ErrorCode.BlobTooLarge.Status ? ErrorCode.BlobTooLarge : ErrorCode.RequestInvalid;
                return new RegistryException(bad.StatusCode, [new RegistryError(code, bad.Message)]);
            case BlobTooLargeException large:
                return new RegistryException(ErrorCode.BlobTooLarge, large.Message);
            case IOException or TimeoutException:
                StoreFailed(http.Request.Method, ResponseHeaders.CorrelationOf(http), exception);
                return new RegistryException(ErrorCode.Unavailable, "the registry cannot reach its store; try again") { RetryAfter = StoreRetry };
            default:
                Failed(http.Request.Method, ResponseHeaders.CorrelationOf(http), exception);
                return new RegistryException(ErrorCode.Unknown, $"an unexpected error occurred; the log names it by the correlation id {ResponseHeaders.CorrelationOf(http)}");
        }
    }

    // The path may hold what a client took for a name: it stays out of the log, the correlation id finds it in the access log.
    [LoggerMessage(1001, LogLevel.Error, "{Method} failed, correlation id {CorrelationId}")]
    private partial void Failed(string method, string correlationId, Exception exception);

    [LoggerMessage(1002, LogLevel.Error, "{Method} failed for the store's sake, correlation id {CorrelationId}")]
    private partial void StoreFailed(string method, string correlationId, Exception exception);

    [LoggerMessage(1003, LogLevel.Warning, "{Method} was cut short after its answer had begun, correlation id {CorrelationId}")]
    private partial void CutShort(string method, string correlationId, Exception exception);
}
