using System.Buffers;
using Gantry.Protocol.Distribution;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Server.Http;

/// <summary>Reads bodies under a bound of our own instead of the server's general one.</summary>
internal static class RequestBody
{
    private const int FirstBlock = 16 * 1024;

    // Kestrel counts the framing of chunks too: a byte in a chunk of its own takes six.
    private const int MostFraming = 6;

    /// <summary>The whole body in memory, which grows as bytes arrive and never because a header announced them.</summary>
    /// <param name="http">The request.</param>
    /// <param name="limit">Most bytes taken.</param>
    /// <param name="tooLarge">The refusal beyond the limit.</param>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(HttpContext http, int limit, RegistryException tooLarge)
    {
        var request = http.Request;
        if (request.ContentLength > limit)
            throw tooLarge;
        // One more than we take, so that the refusal is ours; what follows a refused body the server still bounds.
        Limit(http, request.ContentLength is null ? (limit + 1L) * MostFraming : limit + 1L);
        var body = new ArrayBufferWriter<byte>((int)Math.Clamp(request.ContentLength ?? FirstBlock, 1, FirstBlock));
        while (true)
        {
            var result = await request.BodyReader.ReadAsync(http.RequestAborted);
            foreach (var segment in result.Buffer)
            {
                if (segment.Length > limit - body.WrittenCount)
                    throw tooLarge;
                body.Write(segment.Span);
            }
            request.BodyReader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return body.WrittenSpan.ToArray();
        }
    }

    /// <summary>Lifts the server's bound for an upload, whose size the rules judge.</summary>
    public static Stream Unbounded(HttpContext http)
    {
        Limit(http, null);
        return http.Request.Body;
    }

    private static void Limit(HttpContext http, long? limit)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = limit;
    }
}
