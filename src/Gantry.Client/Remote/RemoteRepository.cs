using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Gantry.Client.Content;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Protocol.Token;

namespace Gantry.Client.Remote;

/// <summary>A repository of a registry as a target.</summary>
/// <remarks>What a descriptor's media type calls a manifest goes to <c>manifests/</c>, everything else to <c>blobs/</c>.</remarks>
public sealed partial class RemoteRepository : ITarget, IReferenceFetcher, IReferencePusher, IBlobMounter, IReferrerSource, ITagSource, IContentDeleter
{
    private readonly Scope _pull;
    private readonly Scope _push;
    private readonly Scope _delete;

    /// <summary>Upload sessions that a refused mount opened; the push of the same blob goes on in them.</summary>
    private readonly ConcurrentDictionary<Digest, Uri> _sessions = new();

    internal RemoteRepository(RegistryClient client, RepositoryName name)
    {
        Client = client;
        Name = name;
        _pull = Scope.Repository(name.ToString(), TokenActions.Pull);
        _push = Scope.Repository(name.ToString(), TokenActions.Pull, TokenActions.Push);
        _delete = Scope.Repository(name.ToString(), TokenActions.Delete);
    }

    public RegistryClient Client { get; }

    public RepositoryName Name { get; }

    /// <summary>Media types offered when a manifest is resolved or fetched by tag; null for all that are known.</summary>
    public IReadOnlyList<MediaType>? Accept { get; init; }

    /// <summary>The same repository, asked for manifests of these media types alone.</summary>
    public RemoteRepository Accepting(IReadOnlyList<MediaType> mediaTypes) => new(Client, Name) { Accept = mediaTypes };

    public async ValueTask<bool> ExistsAsync(Descriptor target, CancellationToken ct = default)
    {
        using var request = Client.Request(HttpMethod.Head, PathOf(target), [_pull]);
        if (IsManifest(target))
            AddAccept(request, target.MediaType);
        using var response = await Client.SendRawAsync(request, ct).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return false;
        await Answers.ExpectSuccessAsync(request, response, ct).ConfigureAwait(false);
        ExpectDigest(response, target.Digest);
        return true;
    }

    public async ValueTask<Stream> FetchAsync(Descriptor target, CancellationToken ct = default)
    {
        var response = await AskAsync(0, ct).ConfigureAwait(false);
        try
        {
            if (response.Content.Headers.ContentLength is { } length && length != target.Size)
                throw new ContentMismatchException(target.Size, length);
            return new VerifyingStream(new ResumingStream(response, target.Size, AskAsync, Client.RetryPolicy), target);
        }
        catch
        {
            response.Dispose();
            throw;
        }

        async ValueTask<HttpResponseMessage> AskAsync(long offset, CancellationToken token)
        {
            using var request = Client.Request(HttpMethod.Get, PathOf(target), [_pull]);
            if (IsManifest(target))
                AddAccept(request, target.MediaType);
            if (offset > 0)
                request.Headers.Range = new RangeHeaderValue(offset, null);
            var answer = await Client.SendRawAsync(request, token).ConfigureAwait(false);
            try
            {
                if (answer.StatusCode == HttpStatusCode.NotFound)
                    throw new ContentNotFoundException($"{Client.Registry}/{Name}@{target.Digest}");
                await Answers.ExpectSuccessAsync(request, answer, token).ConfigureAwait(false);
                return answer;
            }
            catch
            {
                answer.Dispose();
                throw;
            }
        }
    }

    public ValueTask PushAsync(Descriptor expected, Stream content, CancellationToken ct = default) =>
        IsManifest(expected) ? PushManifestAsync(expected, content, expected.Digest.ToString(), ct) : PushBlobAsync(expected, content, ct);

    public ValueTask PushAsync(Descriptor expected, Stream content, string reference, CancellationToken ct = default) =>
        PushManifestAsync(expected, content, Version(reference), ct);

    public IAsyncEnumerable<string> ListTagsAsync(string? last = null, CancellationToken ct = default) =>
        Client.ListNamesAsync($"/v2/{Name}/tags/list", "tags", last, _pull, ct);

    public async ValueTask<bool> DeleteAsync(Descriptor target, CancellationToken ct = default)
    {
        if ((IsManifest(target) ? await FindListedAsync(target, ct).ConfigureAwait(false) : null) is not { } referrer)
            return await DeletePathAsync(PathOf(target), ct).ConfigureAwait(false);
        // The entry goes first: many registries take no list that names what is gone, and then nobody could write it any more.
        await RemoveFromListAsync(referrer.Subject!, target, ct).ConfigureAwait(false);
        try
        {
            return await DeletePathAsync(PathOf(target), ct).ConfigureAwait(false);
        }
        catch (RegistryException)
        {
            await AddToListAsync(referrer.Subject!, target, referrer, ct).ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask<bool> UntagAsync(string tag, CancellationToken ct = default) => DeletePathAsync($"/v2/{Name}/manifests/{Tag.Parse(tag)}", ct);

    private async ValueTask<bool> DeletePathAsync(string path, CancellationToken ct)
    {
        using var request = Client.Request(HttpMethod.Delete, path, [_delete]);
        using var response = await Client.SendRawAsync(request, ct).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return false;
        await Answers.ExpectSuccessAsync(request, response, ct).ConfigureAwait(false);
        return true;
    }

    private string PathOf(Descriptor target) => $"/v2/{Name}/{(IsManifest(target) ? "manifests" : "blobs")}/{target.Digest}";

    private static bool IsManifest(Descriptor target) => target.MediaType.IsManifest || target.MediaType.IsSchema1;

    /// <summary>A reference as a path may hold it: nothing but a digest or a tag (CVE-2024-3727).</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    private static string Version(string reference) =>
        reference.Contains(':', StringComparison.Ordinal) ? Digest.Parse(reference).ToString() : Tag.Parse(reference).ToString();

    /// <summary>A registry that contradicts the digest in its own header has other content.</summary>
    private static void ExpectDigest(HttpResponseMessage response, Digest expected)
    {
        // The same content may be named under another algorithm; that name proves nothing here.
        if (response.Header(DistributionHeaders.ContentDigest) is { } text && Digest.TryParse(text, out var said)
            && said.Algorithm == expected.Algorithm && said != expected)
            throw new ContentMismatchException(expected, said);
    }
}
