using Gantry.Protocol.Distribution;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Server.Http;

/// <summary>Every request's way through the server.</summary>
/// <remarks><code>
///   request ──(0) through proxies? ──► (1) health? ──► (2) host, origin ──► (3) registry ──► (4) caller and API
///      every refusal on the way ──────────────────────────────────► (5) error body
///      every answer ──────────────────────────────────────────────► (6) one log line, counters
/// </code></remarks>
public sealed class GantryPipeline(
    RequestGuard guard, HealthEndpoints health, RegistrySelector selector, ApiRoutes apis, ErrorWriter errors, RequestLog log)
{
    public async Task HandleAsync(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = RawTarget.PathOf(target);
        var entry = log.Begin(http, path);
        WriteCommonHeaders(http);
        try
        {
            await AnswerAsync(http, path, entry);
        }
        catch (Exception e)
        {
            // (5)
            await errors.WriteAsync(http, e);
        }
        finally
        {
            // (6)
            log.End(http, entry);
        }
    }

    private async Task AnswerAsync(HttpContext http, ReadOnlyMemory<char> path, RequestEntry entry)
    {
        // (0)
        guard.Receive(http);

        // (1) Before the address: a balancer asks in HTTP/1.0, which need not name a host. A browser always names one.
        if (HealthEndpoints.Owns(path.Span))
        {
            if (http.Request.Host.HasValue)
                guard.Inspect(http);
            await health.HandleAsync(http, path.ToString());
            return;
        }

        // (2)
        var host = guard.Inspect(http);

        // (3)
        var registry = await selector.SelectAsync(http, host, http.RequestAborted)
            ?? throw new RegistryException(ErrorCode.NotFound, "there is no registry at this host");

        // (4)
        (entry.Registry, entry.Host) = (registry, host);
        await log.WaitForRoomAsync(http, entry);
        await apis.HandleAsync(http, registry, host, entry);
    }

    private static void WriteCommonHeaders(HttpContext http)
    {
        ResponseHeaders.Apply(http);
        var headers = http.Response.Headers;
        headers.AccessControlExposeHeaders = "Docker-Content-Digest, WWW-Authenticate, Link, X-Ms-Correlation-Request-Id";
    }
}
