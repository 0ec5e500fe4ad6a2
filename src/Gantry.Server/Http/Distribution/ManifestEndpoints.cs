using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Registry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gantry.Server.Http.Distribution;

/// <summary><c>/v2/{name}/manifests/{reference}</c>.</summary>
internal sealed class ManifestEndpoints(RegistryContent content)
{
    // No code of the table travels with 414; the specification asks for the status alone.
    private const int UriTooLong = StatusCodes.Status414UriTooLong;

    /// <summary>GET and HEAD: the bytes as they were pushed, whatever <c>Accept</c> says. Nothing is ever converted.</summary>
    public async Task GetAsync(RegistryRequest request, RepositoryName repository, Tag? tag, Digest? digest)
    {
        var key = request.Key(repository);
        var manifest = digest is { } exact
            ? await content.Manifests.FetchAsync(key, exact, request.Aborted)
            : await content.Manifests.FetchAsync(key, tag!.Value, request.Aborted);
        var http = request.Http;
        var headers = http.Response.Headers;
        headers[DistributionHeaders.ContentDigest] = manifest.Digest.ToString();
        headers.ETag = manifest.ETag;
        // A lock or a delete must hold at the next request: what is kept elsewhere is asked about each time.
        headers.CacheControl = "private, no-cache";
        await (Precondition.IsUnchanged(http.Request.Headers.IfNoneMatch, manifest.ETag)
            ? Answer.EmptyAsync(http, StatusCodes.Status304NotModified)
            : Answer.BytesAsync(http, StatusCodes.Status200OK, manifest.MediaType, manifest.Bytes));
    }

    public async Task PutAsync(RegistryRequest request, RepositoryName repository, Tag? tag, Digest? digest)
    {
        var http = request.Http;
        var mediaType = ReadMediaType(http.Request.Headers.ContentType);
        var tags = ReadTags(http.Request.Query["tag"], tag);
        var condition = Precondition.OfPush(http.Request.Headers, tag);
        var body = await RequestBody.ReadAsync(http, content.Limits.MaxManifestBytes, new RegistryException(
            ErrorCode.ManifestTooLarge, $"this registry takes manifests of at most {content.Limits.MaxManifestBytes} bytes"));
        var pushed = await content.Pusher.PushAsync(
            new ManifestPush { Repository = request.Key(repository), Digest = digest, Tags = tags, Condition = condition, MediaType = mediaType, Bytes = body }, request.Aborted);

        var headers = http.Response.Headers;
        headers.Location = $"/v2/{repository}/manifests/{pushed.Digest}";
        headers[DistributionHeaders.ContentDigest] = pushed.Digest.ToString();
        if (pushed.Subject is { } subject)
            headers[DistributionHeaders.Subject] = subject.ToString();
        if (http.Request.Query.ContainsKey("tag"))
            headers[DistributionHeaders.Tag] = new StringValues([.. tags.Select(name => name.ToString())]);
        foreach (var warning in PushWarnings.Of(pushed.MediaType, tags))
            headers.Append(HeaderNames.Warning, warning);
        await Answer.EmptyAsync(http, StatusCodes.Status201Created);
    }

    /// <summary>By tag the tag goes; by digest the manifest with every tag on it.</summary>
    public async Task DeleteAsync(RegistryRequest request, RepositoryName repository, Tag? tag, Digest? digest)
    {
        var key = request.Key(repository);
        var match = Precondition.OfDeletion(request.Http.Request.Headers);
        // What a digest stands for never changes: no transaction need look.
        if (digest is { } exact && match?.Covers(exact) == false)
            throw Refusal.ConditionFailed();
        if (digest is { } named)
            await content.Manifests.DeleteAsync(key, named, request.Aborted);
        else
            await UntagAsync(key, tag!.Value, match, request.Aborted);
        await Answer.EmptyAsync(request.Http, StatusCodes.Status202Accepted);
    }

    /// <summary>Here the specification's code is that of manifests.</summary>
    private async ValueTask UntagAsync(RepositoryKey key, Tag tag, DigestMatch? match, CancellationToken ct)
    {
        try
        {
            await content.Tags.UntagAsync(key, tag, match, ct);
        }
        catch (RegistryException e) when (e.Code == ErrorCode.TagUnknown)
        {
            throw new RegistryException(ErrorCode.ManifestUnknown, $"manifest tagged by \"{tag}\" is not found");
        }
    }

    private static MediaType? ReadMediaType(StringValues header)
    {
        if (StringValues.IsNullOrEmpty(header))
            return null;
        return MediaType.TryParseHeader(header.ToString(), out var mediaType) ? mediaType
            : throw new RegistryException(ErrorCode.ManifestInvalid, $"manifest invalid: the Content-Type is no media type: {MediaType.Explain(header.ToString())}");
    }

    /// <summary>The tag of the path and those of <c>?tag=</c> (distribution-spec end-7b), each once.</summary>
    private List<Tag> ReadTags(StringValues more, Tag? first)
    {
        if (more.Count > content.Limits.MaxTagsPerPush)
            throw new RegistryException(UriTooLong,
                [new RegistryError(ErrorCode.TagInvalid, $"a push sets at most {content.Limits.MaxTagsPerPush} tags, not {more.Count}")]);
        List<Tag> tags = first is { } tag ? [tag] : [];
        foreach (var text in more)
        {
            var next = PathText.AsTag(text);
            if (!tags.Contains(next))
                tags.Add(next);
        }
        return tags;
    }
}
