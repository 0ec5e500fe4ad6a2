using Gantry.Protocol.Distribution;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

internal static class ErrorWriter
{
    public static async Task WriteAsync(HttpContext http, RegistryException e)
    {
        var body = ErrorDocument.Write(e.Errors);
        http.Response.StatusCode = e.Status;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = body.Length;
        if (http.Request.Method != "HEAD")
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }
}
