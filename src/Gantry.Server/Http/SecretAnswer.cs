using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>Writes bodies that carry a secret: no cache on the way may keep them (RFC 6749 section 5.1).</summary>
internal static class SecretAnswer
{
    public static Task JsonAsync<T>(HttpContext http, int status, T value, JsonTypeInfo<T> type)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Pragma = "no-cache";
        return Answer.JsonAsync(http, status, value, type);
    }
}
