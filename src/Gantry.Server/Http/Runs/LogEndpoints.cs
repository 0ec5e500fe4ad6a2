using System.Text;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Runs;
using Gantry.Server.Metadata;
using Gantry.Server.Runs;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Runs;

/// <summary><c>/gantry/v1/logs/RUN?sig=</c>: a log as an append blob of Azure's, for whoever has the link.</summary>
/// <remarks>az asks again and again; a client that says <c>Prefer: wait=N</c> with a range behind the last byte is answered as soon as there is more.</remarks>
public sealed class LogEndpoints(RunLogs logs, RunLinks links)
{
    private const string BlobVersion = "2021-12-02";

    public async Task HandleAsync(HttpContext http, RegistryRecord registry, string id)
    {
        var isHead = HttpMethods.IsHead(http.Request.Method);
        if (!isHead && !HttpMethods.IsGet(http.Request.Method))
        {
            await Answer.MethodNotAllowedAsync(http, "GET, HEAD");
            return;
        }
        var key = new RunKey(registry.Id, id);
        var headers = http.Response.Headers;
        headers["x-ms-version"] = BlobVersion;
        headers["x-ms-request-id"] = ResponseHeaders.CorrelationOf(http);
        headers.CacheControl = "no-store";
        if (!links.OpensLog(key, http.Request.Query["sig"].ToString()))
        {
            await RefuseAsync(http, StatusCodes.Status403Forbidden, "AuthenticationFailed", "The link is not one of this log, or its time is over.");
            return;
        }

        var asked = isHead ? "" : RangeOf(http.Request);
        var wait = isHead ? TimeSpan.Zero : PreferHeader.WaitOf(http.Request);
        var run = await logs.WaitAsync(key, FirstOf(asked), wait, http.RequestAborted);
        if (run is null || (run.LogLength == 0 && !run.Status.IsFinal))
        {
            await RefuseAsync(http, StatusCodes.Status404NotFound, "BlobNotFound", "The log has no byte yet.");
            return;
        }
        Describe(http, run);
        await SendAsync(http, run, RangeHeader.Resolve(asked, run.LogLength), isHead);
    }

    private async Task SendAsync(HttpContext http, RunRecord run, RangeHeader range, bool isHead)
    {
        var headers = http.Response.Headers;
        switch (range.Outcome)
        {
            case RangeOutcome.Unsatisfiable:
                headers.ContentRange = $"bytes */{run.LogLength}";
                await RefuseAsync(http, StatusCodes.Status416RangeNotSatisfiable, "InvalidRange", "The log has no byte there.");
                return;
            case RangeOutcome.Part:
                http.Response.StatusCode = StatusCodes.Status206PartialContent;
                headers.ContentRange = $"bytes {range.First}-{range.First + range.Length - 1}/{run.LogLength}";
                break;
        }
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.ContentLength = range.Length;
        if (isHead)
            return;
        var sent = 0L;
        await foreach (var block in logs.ReadAsync(run.Key, range.First, range.Length, http.RequestAborted))
        {
            await http.Response.BodyWriter.WriteAsync(block, http.RequestAborted);
            sent += block.Length;
        }
        if (sent != range.Length && !http.RequestAborted.IsCancellationRequested)
            throw new InvalidDataException($"the store holds {sent} bytes of a log where {range.Length} were asked for");
    }

    private static void Describe(HttpContext http, RunRecord run)
    {
        var headers = http.Response.Headers;
        headers["x-ms-blob-type"] = "AppendBlob";
        headers.AcceptRanges = "bytes";
        headers.ETag = $"\"0x{run.LogLength:X}{(run.Status.IsFinal ? "F" : "")}\"";
        headers.LastModified = run.Updated.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        if (run.Status.IsFinal)
            headers["x-ms-meta-Complete"] = RunStatuses.CompleteText(run.Status);
    }

    /// <summary>Azure's own header goes before the one of HTTP, as it does there.</summary>
    private static string RangeOf(HttpRequest request) =>
        request.Headers["x-ms-range"].ToString() is { Length: > 0 } own ? own : request.Headers.Range.ToString();

    /// <summary>The first byte that is asked for; it alone decides whether there is something to wait for.</summary>
    private static long FirstOf(string range) => RangeHeader.Resolve(range, long.MaxValue) is { Outcome: RangeOutcome.Part } part ? part.First : 0;

    private static Task RefuseAsync(HttpContext http, int status, string code, string message)
    {
        http.Response.Headers["x-ms-error-code"] = code;
        return Answer.BytesAsync(http, status, "application/xml",
            Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>"));
    }
}
