using System.Net;
using System.Text.Json;
using Gantry.Client.Content;
using Gantry.Protocol;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Remote;

/// <summary>Manifests: resolve, fetch, push, tag.</summary>
public sealed partial class RemoteRepository
{
    private static readonly IReadOnlyList<MediaType> KnownManifests =
    [
        MediaTypes.DockerManifest, MediaTypes.DockerManifestList, MediaTypes.ImageManifest, MediaTypes.ImageIndex, MediaTypes.ArtifactManifest,
    ];

    /// <summary>The manifest that a tag or digest names; null where there is none.</summary>
    /// <exception cref="ContentMismatchException">The registry names another digest than the one that was asked for (GHSA-qv35).</exception>
    /// <exception cref="FormatException">The reference is neither a tag nor a digest.</exception>
    public async ValueTask<Descriptor?> ResolveAsync(string reference, CancellationToken ct = default)
    {
        using var request = Client.Request(HttpMethod.Head, $"/v2/{Name}/manifests/{Version(reference)}", [_pull]);
        AddAccept(request);
        using var response = await Client.SendRawAsync(request, ct).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;
        await Answers.ExpectSuccessAsync(request, response, ct).ConfigureAwait(false);

        var isDigest = Digest.TryParse(reference, out var asked);
        if (isDigest)
            ExpectDigest(response, asked);
        var digest = isDigest ? asked : Digest.TryParse(response.Header(DistributionHeaders.ContentDigest), out var said) ? said : default;
        if (!digest.IsEmpty && response.Content.Headers.ContentLength is { } size
            && MediaType.TryParseHeader(Answers.ContentType(response), out var mediaType) && (mediaType.IsManifest || mediaType.IsSchema1))
            return new Descriptor { MediaType = mediaType, Digest = digest, Size = size };

        // Some registries leave out what HEAD must say; the document itself always tells.
        return (await FetchManifestAsync(reference, Client.Options.Limits, ct).ConfigureAwait(false))?.Descriptor;
    }

    /// <summary>A manifest by tag or digest in one request; null where there is none.</summary>
    /// <exception cref="ContentMismatchException">The bytes are not what was asked for, or not what the registry says they are.</exception>
    public async ValueTask<ManifestContent?> FetchManifestAsync(string reference, OciLimits limits, CancellationToken ct = default) =>
        (await FetchTaggedAsync(reference, limits, ct).ConfigureAwait(false)).Content;

    /// <summary>The same, with the answer's ETag where it has one.</summary>
    private async ValueTask<(ManifestContent? Content, string? EntityTag)> FetchTaggedAsync(string reference, OciLimits limits, CancellationToken ct)
    {
        using var request = Client.Request(HttpMethod.Get, $"/v2/{Name}/manifests/{Version(reference)}", [_pull]);
        AddAccept(request);
        using var response = await Client.SendRawAsync(request, ct).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return (null, null);
        await Answers.ExpectSuccessAsync(request, response, ct).ConfigureAwait(false);
        var bytes = await Answers.ReadAsync(request, response, limits.ManifestBytes, ct).ConfigureAwait(false);

        // What was asked by digest must hash to it; what came by tag must hash to what the registry said.
        var claimed = Digest.TryParse(reference, out var asked) || Digest.TryParse(response.Header(DistributionHeaders.ContentDigest), out asked);
        var digest = Digest.Of(claimed ? asked.Algorithm : DigestAlgorithm.Sha256, bytes.Span);
        if (claimed && digest != asked)
            throw new ContentMismatchException(asked, digest);
        var descriptor = new Descriptor { MediaType = TypeOf(request, response, bytes), Digest = digest, Size = bytes.Length };
        return (new ManifestContent(bytes, descriptor), response.Header("ETag"));
    }

    public async ValueTask TagAsync(Descriptor manifest, string reference, CancellationToken ct = default)
    {
        var tag = Tag.Parse(reference);
        var content = await FetchManifestAsync(manifest.Digest.ToString(), Client.Options.Limits, ct).ConfigureAwait(false)
            ?? throw new ContentNotFoundException($"{Client.Registry}/{Name}@{manifest.Digest}");
        await PutManifestAsync(content.Descriptor, content.Bytes, tag.ToString(), ct).ConfigureAwait(false);
    }

    private async ValueTask PushManifestAsync(Descriptor expected, Stream content, string version, CancellationToken ct)
    {
        if (expected.Size > Client.Options.Limits.ManifestBytes)
            throw new OciFormatException($"the manifest has {expected.Size} bytes, the limit is {Client.Options.Limits.ManifestBytes}");
        var bytes = new byte[expected.Size + 1];
        var length = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
        if (length != expected.Size)
            throw new ContentMismatchException(expected.Size, length);
        var document = bytes.AsMemory(0, length);
        if (!expected.Digest.Matches(document.Span))
            throw new ContentMismatchException(expected.Digest, Digest.Of(expected.Digest.Algorithm, document.Span));
        await PutManifestAsync(expected, document, version, ct).ConfigureAwait(false);
        if (Client.Referrers.IsSupported(Name) != true && FindSubject(document, expected.MediaType) is { } referrer)
            await AddToListAsync(referrer.Subject!, expected, referrer, ct).ConfigureAwait(false);
    }

    private async ValueTask PutManifestAsync(Descriptor manifest, ReadOnlyMemory<byte> bytes, string version, CancellationToken ct)
    {
        using var request = PutRequest(manifest, bytes, version);
        using var response = await Client.SendRawAsync(request, ct).ConfigureAwait(false);
        await Answers.ExpectSuccessAsync(request, response, ct).ConfigureAwait(false);
        ExpectDigest(response, manifest.Digest);
        // Said of one manifest, it holds for the repository. What the API itself answered counts for more: some registries send the header without it.
        if (response.Header(DistributionHeaders.Subject) is not null && Client.Referrers.IsSupported(Name) is null)
            Client.Referrers.Learn(Name, isSupported: true);
    }

    private HttpRequestMessage PutRequest(Descriptor manifest, ReadOnlyMemory<byte> bytes, string version)
    {
        var request = Client.Request(HttpMethod.Put, $"/v2/{Name}/manifests/{version}", [_push]);
        request.Content = new ReadOnlyMemoryContent(bytes);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", manifest.MediaType.ToString());
        return request;
    }

    private void AddAccept(HttpRequestMessage request)
    {
        foreach (var type in Accept ?? KnownManifests)
            AddAccept(request, type);
    }

    private static void AddAccept(HttpRequestMessage request, MediaType type) => request.Headers.TryAddWithoutValidation("Accept", type.ToString());

    /// <summary>What the header says, unless it says nothing of use; then what the document says of itself.</summary>
    private static MediaType TypeOf(HttpRequestMessage request, HttpResponseMessage response, ReadOnlyMemory<byte> bytes)
    {
        var isSaid = MediaType.TryParseHeader(Answers.ContentType(response), out var said);
        if (isSaid && (said.IsManifest || said.IsSchema1))
            return said;
        try
        {
            using var document = JsonDocument.Parse(bytes);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("mediaType", out var member)
                && member.ValueKind == JsonValueKind.String && MediaType.TryParse(member.GetString(), out var own))
                return own;
        }
        catch (JsonException)
        {
            // Not JSON: whoever parses it will say so.
        }
        return isSaid ? said : throw Answers.Violation(request, response, $"the registry does not say what manifest {Printable.Of(request.RequestUri!.AbsolutePath)} is");
    }
}
