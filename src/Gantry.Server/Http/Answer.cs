using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Protocol.Distribution;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http;

/// <summary>Writes bodies: always with their length, to HEAD with the length alone.</summary>
internal static class Answer
{
    private const int SliceBytes = 64 * 1024;

    private const string JsonType = "application/json; charset=utf-8";

    public static Task JsonAsync<T>(HttpContext http, int status, T value, JsonTypeInfo<T> type) =>
        BytesAsync(http, status, JsonType, JsonSerializer.SerializeToUtf8Bytes(value, type));

    public static Task ErrorsAsync(HttpContext http, int status, IReadOnlyList<RegistryError> errors) =>
        BytesAsync(http, status, JsonType, ErrorDocument.Write(errors));

    public static Task BytesAsync(HttpContext http, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        if (HttpMethods.IsHead(http.Request.Method))
            return Task.CompletedTask;
        if (body.Length > SliceBytes)
            return SlicedAsync(http, body);
        var written = response.BodyWriter.WriteAsync(body, http.RequestAborted);
        return written.IsCompletedSuccessfully ? Task.CompletedTask : written.AsTask();
    }

    /// <summary>A reader that does not read holds one slice, not the whole body, and the server's patience with it is that of a slice.</summary>
    private static async Task SlicedAsync(HttpContext http, ReadOnlyMemory<byte> body)
    {
        var output = http.Response.BodyWriter;
        while (!body.IsEmpty)
        {
            var flushed = await output.WriteAsync(body[..Math.Min(SliceBytes, body.Length)], http.RequestAborted);
            if (flushed.IsCompleted || flushed.IsCanceled)
                return;
            body = body[Math.Min(SliceBytes, body.Length)..];
        }
    }

    /// <summary>An answer without a body, whose length is none.</summary>
    public static Task EmptyAsync(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        if (status != StatusCodes.Status204NoContent && status != StatusCodes.Status304NotModified)
            http.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    /// <summary>405, with what would be allowed.</summary>
    public static Task MethodNotAllowedAsync(HttpContext http, string allow)
    {
        http.Response.Headers.Allow = allow;
        return ErrorsAsync(http, ErrorCode.Unsupported.Status,
            [new RegistryError(ErrorCode.Unsupported, $"the method is not supported here; allowed: {allow}")]);
    }

    public static Task NotFoundAsync(HttpContext http) =>
        ErrorsAsync(http, ErrorCode.NotFound.Status, [new RegistryError(ErrorCode.NotFound, "this path is no part of the API")]);
}
