using System.Net;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>Looks at a request's address before anything acts on it.</summary>
/// <param name="dev">Development mode, where whoever connects has every right: a web page in a browser on this machine must not be that somebody.</param>
public sealed class RequestGuard(bool dev)
{
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
        if (request.Headers.Origin is [{ } origin, ..] && !origin.Equals($"{request.Scheme}://{host}", StringComparison.OrdinalIgnoreCase))
            throw new RegistryException(ErrorCode.Denied, "development mode refuses requests that other sites make");
        if (request.Headers["Sec-Fetch-Site"] is [{ } site, ..] && site is not ("same-origin" or "none"))
            throw new RegistryException(ErrorCode.Denied, "development mode refuses requests that other sites make");
    }

    private static bool IsLoopback(ReadOnlySpan<char> host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim("[]"), out var address) && IPAddress.IsLoopback(address));
}
