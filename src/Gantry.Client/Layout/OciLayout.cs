using System.Runtime.CompilerServices;
using Gantry.Client.Content;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Layout;

/// <summary>A folder in the OCI image layout (image-spec image-layout.md).</summary>
/// <remarks>
/// Several processes may write one layout: blobs appear by rename, and the index is changed under a lock. Readers take no lock and write nothing.
/// A blob is flushed to the disk before the index can name it. <see cref="ExistsAsync"/> looks at a blob's length only: one that lost bytes is pushed anew,
/// one whose bytes were changed is told when it is fetched, and stays until it is deleted.
/// </remarks>
public sealed class OciLayout : ITarget, ITagSource, IReferrerSource, IContentDeleter
{
    private readonly LayoutFolder _files;

    private OciLayout(string folder, LayoutFolder files)
    {
        Folder = folder;
        _files = files;
    }

    public string Folder { get; }

    /// <summary>Opens a layout.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="create">Make an empty one where there is none; else that is an error.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="OciFormatException">The folder is no layout.</exception>
    public static async ValueTask<OciLayout> OpenAsync(string folder, bool create, CancellationToken ct = default)
    {
        folder = Path.GetFullPath(folder);
        var files = new LayoutFolder(folder);
        await files.OpenAsync(create, ct).ConfigureAwait(false);
        return new OciLayout(folder, files);
    }

    public ValueTask<bool> ExistsAsync(Descriptor target, CancellationToken ct = default) => new(_files.Has(target));

    public ValueTask<Stream> FetchAsync(Descriptor target, CancellationToken ct = default) => new(_files.OpenBlob(target));

    /// <summary>A blob's descriptor by its digest alone, for callers that know no size; null where there is none. The media type says only that it is bytes.</summary>
    public ValueTask<Descriptor?> FindBlobAsync(Digest digest, CancellationToken ct = default) =>
        new(_files.Length(digest) is { } size ? new Descriptor { MediaType = MediaType.Parse("application/octet-stream"), Digest = digest, Size = size } : null);

    /// <summary>What the index lists, in its order, with its annotations: a manifest of several tags comes once for each.</summary>
    public async ValueTask<IReadOnlyList<Descriptor>> ListEntriesAsync(CancellationToken ct = default) => (await _files.ReadIndexAsync(ct).ConfigureAwait(false)).Entries;

    public async ValueTask PushAsync(Descriptor expected, Stream content, CancellationToken ct = default)
    {
        if (!_files.Has(expected))
            await _files.IngestAsync(expected, content, ct).ConfigureAwait(false);
        if (!expected.MediaType.IsManifest)
            return;
        var manifest = await ParseAsync(expected, ct).ConfigureAwait(false);
        await _files.ChangeAsync(index => (index.With(expected, manifest?.Manifests ?? []), true), ct).ConfigureAwait(false);
    }

    public async ValueTask<Descriptor?> ResolveAsync(string reference, CancellationToken ct = default)
    {
        var index = await _files.ReadIndexAsync(ct).ConfigureAwait(false);
        // A digest is never looked up as a tag: a layout that calls one manifest by another's digest would deceive.
        if (!Digest.TryParse(reference, out var digest))
            return index.FindTag(reference);
        if (_files.Length(digest) is not { } size)
            return null;
        return index.FindDigest(digest) ?? await RecognizeAsync(digest, size, ct).ConfigureAwait(false);
    }

    /// <summary>A manifest that is not listed, such as the child of an index, tells its type itself.</summary>
    private async ValueTask<Descriptor?> RecognizeAsync(Digest digest, long size, CancellationToken ct)
    {
        if (size > OciLimits.Default.ManifestBytes)
            return null;
        var unknown = new Descriptor { MediaType = MediaTypes.ImageManifest, Digest = digest, Size = size };
        var bytes = await this.FetchBytesAsync(unknown, OciLimits.Default, ct).ConfigureAwait(false);
        return ManifestTypes.Recognize(bytes) is { } type ? unknown with { MediaType = type } : null;
    }

    public async ValueTask TagAsync(Descriptor manifest, string reference, CancellationToken ct = default)
    {
        if (!_files.Has(manifest))
            throw new ContentNotFoundException(manifest.Digest.ToString());
        var isDigest = Digest.TryParse(reference, out _);
        await _files.ChangeAsync(index => (isDigest ? index.With(manifest, []) : index.WithTag(manifest, reference), true), ct).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<string> ListTagsAsync(string? last = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var index = await _files.ReadIndexAsync(ct).ConfigureAwait(false);
        foreach (var tag in index.Entries.Select(LayoutIndex.TagOf).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (last is null || string.CompareOrdinal(tag, last) > 0)
                yield return tag;
        }
    }

    public async IAsyncEnumerable<Descriptor> ListReferrersAsync(Descriptor subject, MediaType? artifactType = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var index = await _files.ReadIndexAsync(ct).ConfigureAwait(false);
        HashSet<Digest> seen = [];
        var open = new Queue<Descriptor>(index.Entries);
        while (open.TryDequeue(out var candidate))
        {
            ct.ThrowIfCancellationRequested();
            if (!candidate.MediaType.IsManifest || !seen.Add(candidate.Digest))
                continue;
            if (await ParseAsync(candidate, ct).ConfigureAwait(false) is not { } manifest)
                continue;
            foreach (var child in manifest.Manifests)
                open.Enqueue(child);
            if (ReferrerMatch.Find(candidate, manifest, subject, artifactType) is { } referrer)
                yield return referrer;
        }
    }

    public async ValueTask<bool> DeleteAsync(Descriptor target, CancellationToken ct = default)
    {
        if (_files.Length(target.Digest) is null)
            return false;
        // Name first, bytes after: a crash between leaves garbage, never a name without content.
        var manifest = target.MediaType.IsManifest ? await ParseAsync(target, ct).ConfigureAwait(false) : null;
        var children = manifest?.Manifests.Where(_files.Has).ToList() ?? [];
        await _files.ChangeAsync(index => (index.Without(target.Digest, children), true), ct).ConfigureAwait(false);
        return _files.DeleteBlob(target.Digest);
    }

    public ValueTask<bool> UntagAsync(string tag, CancellationToken ct = default) =>
        _files.ChangeAsync(index => index.WithoutTag(tag) is { } changed ? (changed, true) : ((LayoutIndex?)null, false), ct);

    /// <summary>The parsed manifest; null where it is missing, as in a layout that holds part of an image, or is not what it says.</summary>
    private async ValueTask<Manifest?> ParseAsync(Descriptor descriptor, CancellationToken ct)
    {
        if (!_files.Has(descriptor))
            return null;
        try
        {
            return Manifest.Parse(await this.FetchBytesAsync(descriptor, OciLimits.Default, ct).ConfigureAwait(false), descriptor.MediaType, OciLimits.Default);
        }
        catch (Exception e) when (e is OciFormatException or ContentMismatchException)
        {
            return null;
        }
    }
}
