using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Protocol.Token;
using Gantry.Server.Registry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gantry.Server.Http.Distribution;

/// <summary><c>/v2/{name}/blobs/uploads/</c> and the sessions below it (distribution-spec, "Pushing Blobs").</summary>
internal sealed class UploadEndpoints(RegistryContent content)
{
    /// <summary>POST: mounts, takes the whole blob at once, or starts a session.</summary>
    public async Task StartAsync(RegistryRequest request, RepositoryName repository)
    {
        var query = request.Http.Request.Query;
        var key = request.Key(repository);
        if (query["mount"].ToString() is { Length: > 0 } mount)
        {
            var wanted = PathText.AsDigest(mount);
            if (await content.Blobs.MountAsync(key, ReadFrom(query["from"]), wanted, name => request.May(TokenActions.Pull, name), request.Aborted))
            {
                await CreatedAsync(request, repository, wanted);
                return;
            }
        }
        else if (query.ContainsKey("digest"))
        {
            var digest = PathText.AsDigest(query["digest"].ToString());
            await content.Uploads.PutAsync(key, request.Caller.Name, digest, RequestBody.Unbounded(request.Http), request.Http.Request.ContentLength, request.Aborted);
            await CreatedAsync(request, repository, digest);
            return;
        }

        // A mount that is not possible goes on as a session, as the specification has it.
        await using var session = await content.Uploads.StartAsync(key, request.Caller.Name, ReadAlgorithm(query["digest-algorithm"]), request.Aborted);
        await AcceptedAsync(request, repository, session);
    }

    /// <summary>PATCH: a chunk where <c>Content-Range</c> says which, else a stream of any length.</summary>
    public async Task AppendAsync(RegistryRequest request, RepositoryName repository, Guid id)
    {
        await using var session = await ResumeAsync(request, repository, id);
        await ReceiveAsync(request, repository, session);
        await AcceptedAsync(request, repository, session);
    }

    /// <summary>PUT: the last chunk, or the whole blob, or nothing more; then the digest.</summary>
    public async Task CompleteAsync(RegistryRequest request, RepositoryName repository, Guid id)
    {
        await using var session = await ResumeAsync(request, repository, id);
        // Before a byte is taken: what is wrong here the client can mend, and the session stays as it is.
        var text = request.Http.Request.Query["digest"].ToString();
        if (text.Length == 0)
            throw new RegistryException(ErrorCode.DigestInvalid, "the digest parameter is missing");
        var digest = PathText.AsDigest(text);
        await ReceiveAsync(request, repository, session);
        await session.CompleteAsync(digest, request.Aborted);
        await CreatedAsync(request, repository, digest);
    }

    /// <summary>GET: how far the session is, also while a request brings it further.</summary>
    public async Task StatusAsync(RegistryRequest request, RepositoryName repository, Guid id)
    {
        var length = await content.Uploads.MeasureAsync(request.Key(repository), id, request.Caller.Name, request.Aborted);
        WriteProgress(request, repository, id, length);
        await Answer.EmptyAsync(request.Http, StatusCodes.Status204NoContent);
    }

    public async Task CancelAsync(RegistryRequest request, RepositoryName repository, Guid id)
    {
        await using var session = await ResumeAsync(request, repository, id);
        await session.CancelAsync(request.Aborted);
        await Answer.EmptyAsync(request.Http, StatusCodes.Status204NoContent);
    }

    private ValueTask<UploadSession> ResumeAsync(RegistryRequest request, RepositoryName repository, Guid id) =>
        content.Uploads.ResumeAsync(request.Key(repository), id, request.Caller.Name, request.Aborted);

    private static async ValueTask ReceiveAsync(RegistryRequest request, RepositoryName repository, UploadSession session)
    {
        var http = request.Http.Request;
        var expected = http.ContentLength;
        if (!StringValues.IsNullOrEmpty(http.Headers.ContentRange))
        {
            if (!ContentRange.TryParse(http.Headers.ContentRange.ToString(), out var range))
                throw new RegistryException(ErrorCode.BlobUploadInvalid, $"the Content-Range \"{Printable.Of(http.Headers.ContentRange.ToString())}\" is not first-last");
            if (range.First != session.Length || range.Last < range.First)
            {
                // The session stays, and the answer says where it stands.
                WriteProgress(request, repository, session.Id, session.Length);
                throw new RegistryException(ErrorCode.RangeInvalid, $"the upload goes on at byte {session.Length}, the chunk covers {range}");
            }
            if (http.ContentLength is { } length && length != range.Length)
                throw new RegistryException(ErrorCode.SizeInvalid, $"the body has {length} bytes, its range announces {range.Length}");
            expected = range.Length;
        }
        await session.AppendAsync(RequestBody.Unbounded(request.Http), expected, request.Aborted);
    }

    private static Task AcceptedAsync(RegistryRequest request, RepositoryName repository, UploadSession session)
    {
        WriteProgress(request, repository, session.Id, session.Length);
        return Answer.EmptyAsync(request.Http, StatusCodes.Status202Accepted);
    }

    private static void WriteProgress(RegistryRequest request, RepositoryName repository, Guid id, long length)
    {
        var headers = request.Http.Response.Headers;
        headers.Location = $"/v2/{repository}/blobs/uploads/{id}";
        // Before the first byte as after it: the grammar has no empty range, and clients know this one.
        headers.Range = $"0-{Math.Max(length - 1, 0)}";
        headers[DistributionHeaders.UploadUuid] = id.ToString();
    }

    private static Task CreatedAsync(RegistryRequest request, RepositoryName repository, Digest digest)
    {
        var headers = request.Http.Response.Headers;
        headers.Location = $"/v2/{repository}/blobs/{digest}";
        headers[DistributionHeaders.ContentDigest] = digest.ToString();
        return Answer.EmptyAsync(request.Http, StatusCodes.Status201Created);
    }

    private static RepositoryName? ReadFrom(StringValues text)
    {
        if (StringValues.IsNullOrEmpty(text))
            return null;
        return RepositoryName.TryParse(text.ToString(), out var name) ? name
            : throw new RegistryException(ErrorCode.NameInvalid, $"invalid repository name \"{Printable.Of(text.ToString())}\": {RepositoryName.Explain(text.ToString())}");
    }

    private static DigestAlgorithm ReadAlgorithm(StringValues text) =>
        StringValues.IsNullOrEmpty(text) ? DigestAlgorithm.Sha256
        : DigestAlgorithm.Find(text.ToString()) ?? throw new RegistryException(
            ErrorCode.DigestInvalid, $"the digest algorithm \"{Printable.Of(text.ToString())}\" is not supported");
}
