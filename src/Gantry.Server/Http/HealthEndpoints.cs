using System.Text;
using Gantry.Protocol.Distribution;
using Gantry.Server.Hosting.Metrics;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Http;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: its stores do. <c>/metrics</c>: what it counted. They say nothing about content and ask nobody who they are.</summary>
public sealed partial class HealthEndpoints(IMetadataStore metadata, IBlobDriver driver, PrometheusText metrics, ILogger logger)
{
    /// <summary>Whether the path is one of these.</summary>
    public static bool Owns(ReadOnlySpan<char> path) => path is "/healthz" or "/readyz" or "/metrics";

    public async Task HandleAsync(HttpContext http, string path)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            await Answer.MethodNotAllowedAsync(http, "GET, HEAD");
            return;
        }
        http.Response.Headers.CacheControl = "no-store";
        if (path == "/readyz")
            await CheckAsync(http.RequestAborted);
        var (type, text) = path == "/metrics" ? (PrometheusText.ContentType, metrics.Write()) : ("text/plain; charset=utf-8", "ok\n");
        await Answer.BytesAsync(http, StatusCodes.Status200OK, type, Encoding.UTF8.GetBytes(text));
    }

    private async ValueTask CheckAsync(CancellationToken ct)
    {
        try
        {
            await metadata.CheckAsync(ct);
            await driver.CheckAsync(ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The reason names folders and hosts: it belongs in the log, not in an answer to anybody.
            LogNotReady(logger, e);
            throw new RegistryException(ErrorCode.Unavailable, "a store cannot be reached or written");
        }
    }

    [LoggerMessage(110, LogLevel.Error, "A store cannot be reached or written.")]
    private static partial void LogNotReady(ILogger logger, Exception e);
}
