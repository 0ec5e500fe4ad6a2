using System.Net;
using Gantry.Client.Content;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Protocol.Token;

namespace Gantry.Client.Remote;

/// <summary>Blobs: upload, mount, stat.</summary>
public sealed partial class RemoteRepository
{
    /// <summary>Size of a blob; null where there is none.</summary>
    public async ValueTask<Descriptor?> ResolveBlobAsync(Digest digest, CancellationToken ct = default)
    {
        using var request = Client.Request(HttpMethod.Head, $"/v2/{Name}/blobs/{digest}", [_pull]);
        using var response = await Client.SendRawAsync(request, ct).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        await Answers.ExpectSuccessAsync(request, response, ct).ConfigureAwait(false);
        ExpectDigest(response, digest);
        return response.Content.Headers.ContentLength is { } size
            ? new Descriptor { MediaType = MediaTypes.OctetStream, Digest = digest, Size = size }
            : throw Answers.Violation(request, response, "the answer does not say how long the blob is");
    }

    public async ValueTask<bool> MountAsync(Descriptor blob, RepositoryName from, CancellationToken ct = default)
    {
        try
        {
            return await TryMountAsync(blob, from, ct).ConfigureAwait(false);
        }
        catch (RegistryException e) when (e.Status is (int)HttpStatusCode.Unauthorized or (int)HttpStatusCode.Forbidden)
        {
            // The registry, or its token server before it: no right to read the other repository is no reason not to push the bytes.
            return false;
        }
    }

    private async ValueTask<bool> TryMountAsync(Descriptor blob, RepositoryName from, CancellationToken ct)
    {
        var path = $"/v2/{Name}/blobs/uploads/?mount={Uri.EscapeDataString(blob.Digest.ToString())}&from={Uri.EscapeDataString(from.ToString())}";
        using var request = Client.Request(HttpMethod.Post, path, [_push, Scope.Repository(from.ToString(), TokenActions.Pull)]);
        request.IsRepeatable = true;
        using var response = await Client.SendRawAsync(request, ct).ConfigureAwait(false);
        switch (response.StatusCode)
        {
            case HttpStatusCode.Created:
                ExpectDigest(response, blob.Digest);
                return true;
            case HttpStatusCode.Accepted:
                _sessions[blob.Digest] = SessionOf(request, response);
                return false;
            default:
                throw await Answers.RefusalAsync(request, response, ct).ConfigureAwait(false);
        }
    }

    private async ValueTask PushBlobAsync(Descriptor expected, Stream content, CancellationToken ct)
    {
        if (Client.Options.OnPush is not { } tell)
        {
            await UploadBlobAsync(expected, content, ct).ConfigureAwait(false);
            return;
        }
        tell(new CopyEvent(expected, CopyStage.Started));
        try
        {
            await UploadBlobAsync(expected, new ProgressStream(content, bytes => tell(new CopyEvent(expected, CopyStage.Progress, bytes))), ct).ConfigureAwait(false);
        }
        catch
        {
            tell(new CopyEvent(expected, CopyStage.Failed));
            throw;
        }
        tell(new CopyEvent(expected, CopyStage.Done, expected.Size));
    }

    /// <summary>Uploads a blob in one piece.</summary>
    /// <remarks><code>
    ///   POST uploads/ ──202 Location──► (1) same origin? ──► (2) PUT Location?digest= with the bytes ──201──► (3) digest as expected?
    ///        ▲                                                         │ broken, 5xx, session gone
    ///        └──────────────(4) rewind, wait, a new session ───────────┘
    /// </code></remarks>
    private async ValueTask UploadBlobAsync(Descriptor expected, Stream content, CancellationToken ct)
    {
        var start = content.CanSeek ? content.Position : 0;
        for (var tries = 1; ; tries++)
        {
            var body = new StreamBody(content, expected);
            TimeSpan? asked = null;
            try
            {
                var session = _sessions.TryRemove(expected.Digest, out var opened) ? opened : await OpenSessionAsync(ct).ConfigureAwait(false);
                if (await PutBlobAsync(session, expected, body, ct).ConfigureAwait(false) is not { } refusal)
                    return;
                if (!IsWorthAnother(refusal) || !content.CanSeek)
                    throw refusal;
                asked = refusal.RetryAfter;
                if (Client.RetryPolicy.NextDelay(tries, asked) is null)
                    throw refusal;
            }
            catch (Exception) when (body.SourceFailure is { } failure)
            {
                // The transport may have wrapped it; the source's own words are what the caller needs.
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            }
            catch (Exception e) when (RetryPolicy.IsTransient(e, ct) && body.CanSend && Client.RetryPolicy.NextDelay(tries, retryAfter: null) is not null)
            {
                // (4) below
            }
            if (Client.RetryPolicy.NextDelay(tries, asked) is { } delay)
                await Client.RetryPolicy.WaitAsync(delay, ct).ConfigureAwait(false);
            if (content.CanSeek)
                content.Position = start;
        }
    }

    private async ValueTask<Uri> OpenSessionAsync(CancellationToken ct)
    {
        using var request = Client.Request(HttpMethod.Post, $"/v2/{Name}/blobs/uploads/", [_push]);
        request.IsRepeatable = true;
        using var response = await Client.SendRawAsync(request, ct).ConfigureAwait(false);
        await Answers.ExpectSuccessAsync(request, response, ct).ConfigureAwait(false);
        return SessionOf(request, response);
    }

    /// <returns>What the registry refused; null when it took the blob.</returns>
    private async ValueTask<RegistryException?> PutBlobAsync(Uri session, Descriptor expected, StreamBody body, CancellationToken ct)
    {
        // (2) The session's own query stays: registries keep their state in it.
        var separator = session.Query.Length > 1 ? '&' : '?';
        var url = new Uri($"{session.GetLeftPart(UriPartial.Query).TrimEnd('?', '&')}{separator}digest={Uri.EscapeDataString(expected.Digest.ToString())}");
        using var request = Client.Request(HttpMethod.Put, url, [_push]);
        request.Content = body;
        request.IsSentOnce = true;
        using var response = await Client.SendRawAsync(request, ct).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            return await Answers.RefusalAsync(request, response, ct).ConfigureAwait(false);
        // (3)
        ExpectDigest(response, expected.Digest);
        return response.StatusCode is HttpStatusCode.Created or HttpStatusCode.NoContent or HttpStatusCode.OK
            ? null
            : throw Answers.Violation(request, response, "the registry did not say that it stored the blob");
    }

    /// <summary>(1) An upload goes to the registry that was asked, never to where it points (GHSA-jxpm-75mh-9fp7).</summary>
    private static Uri SessionOf(HttpRequestMessage request, HttpResponseMessage response)
    {
        if (response.Header("Location") is not { } location)
            throw Answers.Violation(request, response, "the registry opened an upload without saying where");
        var session = Origin.Resolve(request.RequestUri!, location);
        return Origin.Of(session) == Origin.Of(request.RequestUri!)
            ? session
            : throw new ForeignOriginException($"{request.RequestUri!.Host} wants the upload sent to {Origin.Of(session)}, which is not its own; nothing was sent");
    }

    /// <summary>Busy or failed, or the session is gone: a new session may do.</summary>
    private static bool IsWorthAnother(RegistryException refusal) =>
        RetryPolicy.IsTransient((HttpStatusCode)refusal.Status) || refusal.Code == ErrorCode.BlobUploadUnknown || refusal.Status == (int)HttpStatusCode.RequestedRangeNotSatisfiable;
}
