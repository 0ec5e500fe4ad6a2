using Gantry.Protocol.Distribution;
using Gantry.Server.Access;
using Gantry.Server.Http.Token;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Server.Http;

/// <summary>Every request's way through the server.</summary>
/// <remarks><code>
///   request ──(1) host, origin──► (2) health? ──► (3) registry ──► (4) sign-in server? ──► (5) caller ──► (6) its API
///      every refusal on the way ──────────────────────────────────────────────────────────► (7) error body
///      every answer ──────────────────────────────────────────────────────────────────────► (8) one log line, counters
/// </code></remarks>
public sealed class GantryPipeline(
    RequestGuard guard, HealthEndpoints health, RegistrySelector selector, TokenEndpoints tokens, ApiRoutes apis, RequestLog log, IAuthenticator authenticator)
{
    public const string CorrelationHeader = "X-Ms-Correlation-Request-Id";

    public async Task HandleAsync(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? target[..query] : target;
        var begun = log.Begin(path, http.Request.Method, out var uploads);
        var caller = "-";
        WriteCommonHeaders(http);
        try
        {
            caller = await AnswerAsync(http, path);
        }
        catch (Exception e)
        {
            // (7)
            await RefuseAsync(http, path, e);
        }
        finally
        {
            // (8)
            log.End(http, path, begun, uploads, caller);
        }
    }

    private async Task<string> AnswerAsync(HttpContext http, string path)
    {
        // (1)
        var host = guard.Inspect(http);

        // (2)
        if (HealthEndpoints.Owns(path))
        {
            await health.HandleAsync(http, path);
            return "-";
        }

        // (3)
        var registry = await selector.SelectAsync(http, host, http.RequestAborted)
            ?? throw new RegistryException(ErrorCode.NotFound, "there is no registry at this host");
        var origin = $"{http.Request.Scheme}://{host}";

        // (4) The sign-in server reads credentials itself: from forms too, and a token earns less there than elsewhere.
        if (path.StartsWith("/oauth2/", StringComparison.Ordinal))
        {
            await tokens.HandleAsync(http, registry, origin, path["/oauth2".Length..]);
            return "-";
        }

        // (5)
        var authorization = http.Request.Headers.Authorization;
        var authentication = await authenticator.AuthenticateAsync(registry, authorization.Count == 0 ? null : authorization.ToString(), http.RequestAborted);

        // (6)
        await apis.HandleAsync(new RegistryRequest(http, registry, authentication, origin, host.ToString()), path);
        return authentication.Failed ? "(refused)" : authentication.Caller.Name;
    }

    private async Task RefuseAsync(HttpContext http, string path, Exception e)
    {
        if (http.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
            return;
        var refusal = e switch
        {
            RegistryException known => known,
            BadHttpRequestException bad => new RegistryException(bad.StatusCode, [new RegistryError(ErrorCode.RequestInvalid, bad.Message)]),
            _ => null,
        };
        if (refusal is null)
        {
            log.Failed(e, http.Request.Method, path);
            refusal = new RegistryException(ErrorCode.Unknown);
        }
        if (http.Response.HasStarted)
            http.Abort();
        else
            await ErrorWriter.WriteAsync(http, refusal);
    }

    private static void WriteCommonHeaders(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers[CorrelationHeader] = Guid.NewGuid().ToString();
        headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        headers.XContentTypeOptions = "nosniff";
        headers.AccessControlExposeHeaders = "Docker-Content-Digest, WWW-Authenticate, Link, X-Ms-Correlation-Request-Id";
        if (http.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000";
    }
}
