using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Registry;
using Microsoft.AspNetCore.Http;

namespace Gantry.Server.Http.Distribution;

/// <summary><c>/v2/{name}/blobs/{digest}</c>.</summary>
internal sealed class BlobEndpoints(RegistryContent content)
{
    /// <summary>GET and HEAD, whole or one range.</summary>
    public async Task GetAsync(RegistryRequest request, RepositoryName repository, Digest digest)
    {
        var blob = await content.Blobs.FindAsync(request.Key(repository), digest, request.Aborted);
        var http = request.Http;
        var headers = http.Response.Headers;
        headers[DistributionHeaders.ContentDigest] = digest.ToString();
        headers.ETag = blob.ETag;
        headers.AcceptRanges = "bytes";
        headers.CacheControl = "private, no-cache";
        if (Precondition.IsUnchanged(http.Request.Headers.IfNoneMatch, blob.ETag))
        {
            await Answer.EmptyAsync(http, StatusCodes.Status304NotModified);
            return;
        }

        var isHead = HttpMethods.IsHead(http.Request.Method);
        var range = new RangeHeader(RangeOutcome.Whole, 0, blob.Size);
        // A range concerns GET alone (RFC 9110 section 14.2).
        if (!isHead && http.Request.Headers.Range.ToString() is { Length: > 0 } asked && Precondition.KeepsRange(http.Request.Headers.IfRange, blob.ETag))
            range = RangeHeader.Resolve(asked, blob.Size);
        switch (range.Outcome)
        {
            case RangeOutcome.Unsatisfiable:
                headers.ContentRange = $"bytes */{blob.Size}";
                throw new RegistryException(ErrorCode.RangeInvalid, $"the range is outside the blob, which has {blob.Size} bytes");
            // The store reads the range itself: the client asks it for the same one.
            case RangeOutcome.Whole or RangeOutcome.Part when !isHead && range.Length > 0 && await content.Blobs.FindRedirectAsync(digest, request.Aborted) is { } elsewhere:
                headers.Location = elsewhere.AbsoluteUri;
                // Whoever has the address has the blob, and it ends.
                headers.CacheControl = "private, no-store";
                await Answer.EmptyAsync(http, StatusCodes.Status307TemporaryRedirect);
                return;
            case RangeOutcome.Part:
                http.Response.StatusCode = StatusCodes.Status206PartialContent;
                headers.ContentRange = $"bytes {range.First}-{range.First + range.Length - 1}/{blob.Size}";
                break;
        }
        http.Response.ContentType = "application/octet-stream";
        http.Response.ContentLength = range.Length;
        if (!isHead && range.Length > 0)
            await SendAsync(http, blob, range);
    }

    public async Task DeleteAsync(RegistryRequest request, RepositoryName repository, Digest digest)
    {
        await content.Blobs.DeleteAsync(request.Key(repository), digest, request.Aborted);
        await Answer.EmptyAsync(request.Http, StatusCodes.Status202Accepted);
    }

    private async Task SendAsync(HttpContext http, ServedBlob blob, RangeHeader range)
    {
        var sent = await content.Blobs.CopyToAsync(blob, new ByteRange(range.First, range.Length), http.Response.BodyWriter, http.RequestAborted);
        if (sent == range.Length || http.RequestAborted.IsCancellationRequested)
            return;
        // The repository says that it has these bytes and the store has others or none: the answer must not look whole.
        throw new InvalidDataException($"of {range.Length} bytes of {blob.Digest} that were asked for {Math.Max(sent, 0)} could be sent: the rest is missing, or is not what the digest says");
    }
}
