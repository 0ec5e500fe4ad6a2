using Gantry.Protocol.Distribution;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>The headers that every answer carries, errors included.</summary>
public static class ResponseHeaders
{
    /// <summary>Sets them; harmless to repeat. The correlation id is made here, and is what logs and error bodies name.</summary>
    public static void Apply(HttpContext http)
    {
        var headers = http.Response.Headers;
        if (headers.ContainsKey(DistributionHeaders.CorrelationId))
            return;
        headers[DistributionHeaders.CorrelationId] = CorrelationIds.Next();
        headers[DistributionHeaders.ApiVersion] = DistributionHeaders.ApiVersionValue;
        headers.XContentTypeOptions = "nosniff";
    }

    /// <summary>The id of this request's answer.</summary>
    public static string CorrelationOf(HttpContext http) => http.Response.Headers[DistributionHeaders.CorrelationId].ToString();
}
