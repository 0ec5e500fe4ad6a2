using System.Net;
using System.Runtime.CompilerServices;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Remote;

/// <summary>Referrers: the API where the registry has it, else an index under a tag (distribution-spec, "Referrers Tag Schema").</summary>
public sealed partial class RemoteRepository
{
    /// <summary>A page is no manifest, though it looks like one: a registry that has no pages sends all of a list in it.</summary>
    private static readonly OciLimits PageLimits = OciLimits.Default with { ManifestBytes = Pages.MaxBytes };

    /// <remarks>
    /// What the first answer says of the API is remembered for the repository. A page after the first that is missing is an error: the list would
    /// be cut short, and the fallback list is another one.
    /// </remarks>
    public async IAsyncEnumerable<Descriptor> ListReferrersAsync(
        Descriptor subject, MediaType? artifactType = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        if (Client.Referrers.IsSupported(Name) != false)
        {
            var query = artifactType is { } type ? $"?artifactType={Uri.EscapeDataString(type.ToString())}" : "";
            var pages = Pages.ReadAsync(
                Client,
                () => ReferrersRequest(subject, query),
                url => AcceptingIndex(Client.Request(HttpMethod.Get, url, [_pull])),
                ct).GetAsyncEnumerator(ct);
            var isListed = false;
            await using (pages.ConfigureAwait(false))
            {
                for (var entries = await ReadFirstAsync(subject, pages).ConfigureAwait(false); entries is not null; entries = await ReadNextAsync(pages).ConfigureAwait(false))
                {
                    isListed = true;
                    // A registry need not filter; asking again costs nothing.
                    foreach (var referrer in entries.Where(IsWanted))
                        yield return referrer;
                }
            }
            if (isListed)
                yield break;
        }

        var list = await FetchListAsync(subject, ct).ConfigureAwait(false);
        foreach (var referrer in (list.Index?.Entries ?? []).Where(IsWanted))
            yield return referrer;

        bool IsWanted(Descriptor referrer) => artifactType is null || referrer.ArtifactType == artifactType;
    }

    /// <summary>The first page; null where the registry has no such API, which is then remembered.</summary>
    /// <remarks>A place without the API may also answer 200, with a page for people: only what calls itself an index, or is one, counts.</remarks>
    private async ValueTask<IReadOnlyList<Descriptor>?> ReadFirstAsync(Descriptor subject, IAsyncEnumerator<Page> pages)
    {
        try
        {
            await pages.MoveNextAsync().ConfigureAwait(false);
            if (!pages.Current.IsOf(MediaTypes.ImageIndex) && !IsIndex(pages.Current))
            {
                Client.Referrers.Learn(Name, isSupported: false);
                return null;
            }
        }
        catch (RegistryException e) when (IsUnsupported(e) && IsAbout(e, subject))
        {
            Client.Referrers.Learn(Name, isSupported: false);
            return null;
        }
        var entries = ReadIndex(pages.Current);
        Client.Referrers.Learn(Name, isSupported: true);
        return entries;
    }

    private static async ValueTask<IReadOnlyList<Descriptor>?> ReadNextAsync(IAsyncEnumerator<Page> pages) =>
        await pages.MoveNextAsync().ConfigureAwait(false) ? ReadIndex(pages.Current) : null;

    /// <summary>404 says that the registry has no such API, unless it says that the repository is unknown: with the API there is always an answer.</summary>
    private static bool IsUnsupported(RegistryException e) => e.Status == (int)HttpStatusCode.NotFound && e.Code != ErrorCode.NameUnknown;

    /// <summary>A token server that answers 404 says nothing of the registry's API.</summary>
    private bool IsAbout(RegistryException e, Descriptor subject)
    {
        using var request = ReferrersRequest(subject, "");
        return e.Request == Answers.Describe(request);
    }

    private HttpRequestMessage ReferrersRequest(Descriptor subject, string query) =>
        AcceptingIndex(Client.Request(HttpMethod.Get, $"/v2/{Name}/referrers/{subject.Digest}{query}", [_pull]));

    private static HttpRequestMessage AcceptingIndex(HttpRequestMessage request)
    {
        AddAccept(request, MediaTypes.ImageIndex);
        return request;
    }

    private static bool IsIndex(Page page)
    {
        try
        {
            return Manifest.Parse(page.Body, MediaTypes.ImageIndex, PageLimits) is ImageIndex;
        }
        catch (OciFormatException)
        {
            return false;
        }
    }

    private static IReadOnlyList<Descriptor> ReadIndex(Page page)
    {
        try
        {
            return Manifest.Parse(page.Body, MediaTypes.ImageIndex, PageLimits) is ImageIndex index ? index.Entries : [];
        }
        catch (OciFormatException e)
        {
            throw page.Problem($"the list of referrers is not an index: {e.Message}");
        }
    }

    /// <summary>The document when it has a subject; null also for what is no document, which the registry has already judged.</summary>
    private Manifest? FindSubject(ReadOnlyMemory<byte> bytes, MediaType mediaType)
    {
        try
        {
            var manifest = Manifest.Parse(bytes, mediaType, Client.Options.Limits);
            return manifest.Subject is null ? null : manifest;
        }
        catch (OciFormatException)
        {
            return null;
        }
    }

    /// <summary>A manifest that is listed under a tag of its subject's; null where it has no subject, or the registry keeps the list itself.</summary>
    private async ValueTask<Manifest?> FindListedAsync(Descriptor target, CancellationToken ct)
    {
        if (Client.Referrers.IsSupported(Name) == true
            || await FetchManifestAsync(target.Digest.ToString(), Client.Options.Limits, ct).ConfigureAwait(false) is not { } content
            || FindSubject(content.Bytes, content.Descriptor.MediaType) is not { } manifest)
            return null;
        if (Client.Referrers.IsSupported(Name) is null)
        {
            await foreach (var _ in ListReferrersAsync(manifest.Subject!, null, ct).ConfigureAwait(false))
                break;
        }
        return Client.Referrers.IsSupported(Name) == false ? manifest : null;
    }
}
