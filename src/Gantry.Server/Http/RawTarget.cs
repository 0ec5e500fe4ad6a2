using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Server.Http;

/// <summary>The request target as it came, before anything decoded or tidied it (RFC 9112 section 3.2).</summary>
public static class RawTarget
{
    /// <summary>The path of a request as it came.</summary>
    public static ReadOnlyMemory<char> PathOf(HttpContext http) => PathOf(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);

    /// <summary>The path of a target in origin form, or in the absolute form that proxies use; empty for the other forms.</summary>
    public static ReadOnlyMemory<char> PathOf(string target)
    {
        var path = target.AsMemory();
        if (!target.StartsWith('/'))
        {
            var authority = target.IndexOf("://", StringComparison.Ordinal);
            if (authority < 0)
                return default;
            var slash = target.AsSpan(authority + 3).IndexOfAny('/', '?');
            if (slash < 0)
                return default;
            path = path[(authority + 3 + slash)..];
        }
        return path.Span.IndexOf('?') is >= 0 and var query ? path[..query] : path;
    }
}
