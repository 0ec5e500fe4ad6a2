using System.Net;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Server.Hosting;
using Gantry.Server.Hosting.Tls;
using Gantry.Server.Http.Forwarding;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>Looks at where a request comes from and where it wants to go, before anything acts on it.</summary>
/// <param name="dev">Development mode, where whoever connects has every right: a web page in a browser on this machine must not be that somebody.</param>
/// <param name="proxies">Gives requests that proxies brought their client's address, scheme and host.</param>
/// <param name="hsts">What browsers are told over TLS.</param>
/// <param name="time">The clock by which a client's certificate ends.</param>
public sealed class RequestGuard(bool dev, ForwardedRequests proxies, HstsOptions hsts, TimeProvider time)
{
    private readonly string? _hsts = hsts.HeaderValue;

    /// <summary>Finds out who is at the other end: through proxies that are trusted, and by the certificate of the connection.</summary>
    /// <exception cref="RegistryException">A proxy's words cannot be read, or the certificate without which there is no connection counts no more.</exception>
    public void Receive(HttpContext http)
    {
        var brought = proxies.Apply(http);
        // A browser keeps it for every port of the host, and other servers of this machine may have no TLS.
        if (_hsts is not null && http.Request.IsHttps && !IsLoopback(http.Request.Host.Host))
            http.Response.Headers.StrictTransportSecurity = _hsts;
        if (http.Features.Get<ConnectionCertificate>() is not { } shown)
            return;
        var verified = shown.Find(time.GetUtcNow());
        if (verified is null && shown.IsRequired)
            throw new RegistryException(ErrorCode.Denied, "the certificate of this connection counts no more");
        // A proxy's certificate is the proxy's: whoever it serves is not the proxy. And a browser shows its user's to whatever page makes it ask.
        if (!brought && verified is not null && !IsOfAnotherSite(http.Request))
            http.Features.Set(verified);
    }

    /// <summary>The host that the client named.</summary>
    /// <exception cref="RegistryException">The host is none, or development mode refuses where the request comes from.</exception>
    public RegistryName Inspect(HttpContext http)
    {
        if (!RegistryName.TryParse(http.Request.Host.Value, null, out var host))
            throw new RegistryException(ErrorCode.RequestInvalid, "the Host header is not a host");
        if (dev)
            DemandLocal(http.Request, host);
        return host;
    }

    private static void DemandLocal(HttpRequest request, RegistryName host)
    {
        // A foreign name that resolves to this machine is how a web page rebinds itself to us.
        if (!IsLoopback(host.Host))
            throw new RegistryException(ErrorCode.Denied, "development mode answers loopback host names only");
        if (IsOfAnotherSite(request))
            throw new RegistryException(ErrorCode.Denied, "development mode refuses requests that other sites make");
    }

    private static bool IsOfAnotherSite(HttpRequest request) =>
        (request.Headers.Origin is [{ } origin, ..] && !origin.Equals($"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase))
        || (request.Headers["Sec-Fetch-Site"] is [{ } site, ..] && site is not ("same-origin" or "none"));

    private static bool IsLoopback(ReadOnlySpan<char> host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim("[]"), out var address) && IPAddress.IsLoopback(address));
}
