using System.Text;
using Gantry.Protocol.Distribution;
using Gantry.Server.Hosting.Metrics;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gantry.Server.Http;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: its stores do. <c>/metrics</c>: what it counted. They say nothing about content and ask nobody who they are.</summary>
public sealed partial class HealthEndpoints(IMetadataStore metadata, IBlobDriver driver, PrometheusText metrics, TimeProvider time, ILogger logger)
{
    /// <summary>Whether the path is one of these.</summary>
    public static bool Owns(ReadOnlySpan<char> path) => path is "/healthz" or "/readyz" or "/metrics";

    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task? _probe;
    private long _probed;

    public async Task HandleAsync(HttpContext http, string path)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
        {
            await Answer.MethodNotAllowedAsync(http, "GET, HEAD");
            return;
        }
        http.Response.Headers.CacheControl = "no-store";
        if (path == "/readyz")
            await ProbeAsync().WaitAsync(http.RequestAborted);
        var (type, text) = path == "/metrics" ? (PrometheusText.ContentType, metrics.Write()) : ("text/plain; charset=utf-8", "ok\n");
        await Answer.BytesAsync(http, StatusCodes.Status200OK, type, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The stores are written to, and anybody may ask: one look a second serves all who do.</summary>
    private Task ProbeAsync()
    {
        lock (_gate)
        {
            if (_probe is not null && (!_probe.IsCompleted || time.GetElapsedTime(_probed) < ProbeInterval))
                return _probe;
            _probed = time.GetTimestamp();
            return _probe = CheckAsync();
        }
    }

    private async Task CheckAsync()
    {
        try
        {
            await metadata.CheckAsync(CancellationToken.None);
            await driver.CheckAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            // The reason names folders and hosts: it belongs in the log, not in an answer to anybody.
            LogNotReady(logger, e);
            throw new RegistryException(ErrorCode.Unavailable, "a store cannot be reached or written");
        }
    }

    [LoggerMessage(110, LogLevel.Error, "A store cannot be reached or written.")]
    private static partial void LogNotReady(ILogger logger, Exception e);
}
