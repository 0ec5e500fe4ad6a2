using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>Content in memory: for tests, and for documents on their way somewhere.</summary>
/// <remarks>Safe to use from several threads. Any text is a tag.</remarks>
public sealed class MemoryStore : ITarget, ITagSource, IReferrerSource, IContentDeleter
{
    private readonly ConcurrentDictionary<Digest, Entry> _content = new();
    private readonly ConcurrentDictionary<string, Descriptor> _tags = new(StringComparer.Ordinal);

    private sealed record Entry(Descriptor Descriptor, byte[] Bytes);

    public ValueTask<bool> ExistsAsync(Descriptor target, CancellationToken ct = default) => new(_content.ContainsKey(target.Digest));

    public ValueTask<Stream> FetchAsync(Descriptor target, CancellationToken ct = default) =>
        _content.TryGetValue(target.Digest, out var entry)
            ? new(new VerifyingStream(new MemoryStream(entry.Bytes, writable: false), target))
            : throw new ContentNotFoundException(target.Digest.ToString());

    public async ValueTask PushAsync(Descriptor expected, Stream content, CancellationToken ct = default)
    {
        var bytes = await ContentBuffer.ReadAsync(content, expected, ct).ConfigureAwait(false);
        _content.TryAdd(expected.Digest, new Entry(expected, bytes));
    }

    public ValueTask<Descriptor?> ResolveAsync(string reference, CancellationToken ct = default)
    {
        if (Digest.TryParse(reference, out var digest))
            return new(_content.TryGetValue(digest, out var entry) && entry.Descriptor.MediaType.IsManifest ? entry.Descriptor : null);
        return new(_tags.GetValueOrDefault(reference));
    }

    public ValueTask TagAsync(Descriptor manifest, string reference, CancellationToken ct = default)
    {
        if (!_content.ContainsKey(manifest.Digest))
            throw new ContentNotFoundException(manifest.Digest.ToString());
        if (!Digest.TryParse(reference, out _))
            _tags[reference] = manifest;
        return default;
    }

    public async IAsyncEnumerable<string> ListTagsAsync(string? last = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await ValueTask.CompletedTask.ConfigureAwait(false);
        foreach (var tag in _tags.Keys.Where(tag => last is null || string.CompareOrdinal(tag, last) > 0).Order(StringComparer.Ordinal))
            yield return tag;
    }

    public async IAsyncEnumerable<Descriptor> ListReferrersAsync(Descriptor subject, MediaType? artifactType = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await ValueTask.CompletedTask.ConfigureAwait(false);
        foreach (var entry in _content.Values.Where(entry => entry.Descriptor.MediaType.IsManifest).OrderBy(entry => entry.Descriptor.Digest.ToString(), StringComparer.Ordinal))
        {
            ct.ThrowIfCancellationRequested();
            var manifest = Manifest.Parse(entry.Bytes, entry.Descriptor.MediaType, OciLimits.Default);
            if (ReferrerMatch.Find(entry.Descriptor, manifest, subject, artifactType) is { } referrer)
                yield return referrer;
        }
    }

    public ValueTask<bool> DeleteAsync(Descriptor target, CancellationToken ct = default)
    {
        foreach (var (tag, manifest) in _tags)
        {
            if (manifest.Digest == target.Digest)
                _tags.TryRemove(new(tag, manifest));
        }
        return new(_content.TryRemove(target.Digest, out _));
    }

    public ValueTask<bool> UntagAsync(string tag, CancellationToken ct = default) => new(_tags.TryRemove(tag, out _));
}
