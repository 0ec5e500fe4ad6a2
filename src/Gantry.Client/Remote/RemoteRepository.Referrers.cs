using System.Net;
using System.Runtime.CompilerServices;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Remote;

/// <summary>Referrers: the API where the registry has it, else an index under a tag (distribution-spec, "Referrers Tag Schema").</summary>
public sealed partial class RemoteRepository
{
    public async IAsyncEnumerable<Descriptor> ListReferrersAsync(
        Descriptor subject, MediaType? artifactType = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var isSupported = true;
        var query = artifactType is { } type ? $"?artifactType={Uri.EscapeDataString(type.ToString())}" : "";
        var pages = Pages.ReadAsync(
            Client,
            () => ReferrersRequest(Client.Request(HttpMethod.Get, $"/v2/{Name}/referrers/{subject.Digest}{query}", [_pull])),
            url => ReferrersRequest(Client.Request(HttpMethod.Get, url, [_pull])),
            ct);
        var enumerator = pages.GetAsyncEnumerator(ct);
        await using (enumerator.ConfigureAwait(false))
        {
            while (isSupported)
            {
                try
                {
                    if (!await enumerator.MoveNextAsync().ConfigureAwait(false))
                        yield break;
                }
                catch (RegistryException e) when (IsUnsupported(e))
                {
                    isSupported = false;
                    continue;
                }
                foreach (var referrer in ReadIndex(enumerator.Current))
                {
                    // A registry need not filter; asking again costs nothing.
                    if (artifactType is null || referrer.ArtifactType == artifactType)
                        yield return referrer;
                }
            }
        }

        foreach (var referrer in await FetchFallbackAsync(subject, ct).ConfigureAwait(false))
        {
            if (artifactType is null || referrer.ArtifactType == artifactType)
                yield return referrer;
        }
    }

    /// <summary>404 says that the registry has no such API, unless it says that the repository is unknown: with the API there is always an answer.</summary>
    private static bool IsUnsupported(RegistryException e) => e.Status == (int)HttpStatusCode.NotFound && e.Code != ErrorCode.NameUnknown;

    private static HttpRequestMessage ReferrersRequest(HttpRequestMessage request)
    {
        AddAccept(request, MediaTypes.ImageIndex);
        return request;
    }

    private static IReadOnlyList<Descriptor> ReadIndex(Page page)
    {
        try
        {
            return Manifest.Parse(page.Body, MediaTypes.ImageIndex, OciLimits.Default) is ImageIndex index ? index.Entries : [];
        }
        catch (OciFormatException e)
        {
            throw page.Problem($"the list of referrers is not an index: {e.Message}");
        }
    }

    private static string FallbackTag(Descriptor subject) => $"{subject.Digest.Algorithm.Name}-{subject.Digest.Hex[..Math.Min(subject.Digest.Hex.Length, 64)]}";

    private async ValueTask<IReadOnlyList<Descriptor>> FetchFallbackAsync(Descriptor subject, CancellationToken ct)
    {
        var content = await FetchManifestAsync(FallbackTag(subject), OciLimits.Default, ct).ConfigureAwait(false);
        return content is { Descriptor.MediaType.IsIndex: true } && content.Parse() is ImageIndex index ? index.Entries : [];
    }

    /// <summary>The document when it has a subject; null also for what is no document, which the registry has already judged.</summary>
    private static Manifest? FindSubject(ReadOnlyMemory<byte> bytes, MediaType mediaType)
    {
        try
        {
            var manifest = Manifest.Parse(bytes, mediaType, OciLimits.Default);
            return manifest.Subject is null ? null : manifest;
        }
        catch (OciFormatException)
        {
            return null;
        }
    }

    /// <summary>The subject of a manifest that is listed under a fallback tag; null where it has none, or the registry keeps the list itself.</summary>
    private async ValueTask<Descriptor?> FindListedSubjectAsync(Descriptor manifest, CancellationToken ct)
    {
        if (await FetchManifestAsync(manifest.Digest.ToString(), OciLimits.Default, ct).ConfigureAwait(false) is not { } content
            || FindSubject(content.Bytes, content.Descriptor.MediaType)?.Subject is not { } subject)
            return null;
        using var request = ReferrersRequest(Client.Request(HttpMethod.Get, $"/v2/{Name}/referrers/{subject.Digest}", [_pull]));
        using var response = await Client.SendRawAsync(request, ct).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
            return null;
        var refusal = await Answers.RefusalAsync(request, response, ct).ConfigureAwait(false);
        return IsUnsupported(refusal) ? subject : throw refusal;
    }

    private ValueTask AddToFallbackAsync(Descriptor subject, Descriptor pushed, Manifest manifest, CancellationToken ct) =>
        ChangeFallbackAsync(subject, pushed.Bare() with { ArtifactType = manifest.EffectiveArtifactType, Annotations = manifest.Annotations }, isAdded: true, ct);

    /// <summary>Reads the subject's list, changes one entry, writes it.</summary>
    /// <remarks>Within this client one change at a time. Two programs at once may lose an entry: the schema offers no better.</remarks>
    private async ValueTask ChangeFallbackAsync(Descriptor subject, Descriptor referrer, bool isAdded, CancellationToken ct)
    {
        await Client.ReferrersGate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var entries = await FetchFallbackAsync(subject, ct).ConfigureAwait(false);
            if (entries.Any(entry => entry.Digest == referrer.Digest) == isAdded)
                return;
            IReadOnlyList<Descriptor> changed = isAdded ? [.. entries, referrer] : [.. entries.Where(entry => entry.Digest != referrer.Digest)];
            var bytes = new ImageIndex { MediaType = MediaTypes.ImageIndex, Entries = changed }.ToJson();
            await PutManifestAsync(Descriptor.Of(MediaTypes.ImageIndex, bytes), bytes, FallbackTag(subject), ct).ConfigureAwait(false);
        }
        finally
        {
            Client.ReferrersGate.Release();
        }
    }
}
