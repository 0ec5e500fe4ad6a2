using Gantry.Protocol.Distribution;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>The refusal of a method that a path does not have.</summary>
internal static class Methods
{
    /// <param name="http">The request; its answer gets the header that names the methods.</param>
    /// <param name="allowed">Those that the path has.</param>
    public static RegistryException Refused(HttpContext http, string allowed)
    {
        http.Response.Headers.Allow = allowed;
        return new RegistryException(ErrorCode.Unsupported, $"this path answers {allowed}");
    }
}
