using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Server.Http;

/// <summary>How many bytes a request's body may have.</summary>
internal static class BodyLimit
{
    /// <param name="http">The request, unread so far.</param>
    /// <param name="bytes">The bound; null for none. Reading beyond it raises a 413.</param>
    public static void Set(HttpContext http, long? bytes)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = bytes;
    }
}
