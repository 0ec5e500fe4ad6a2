using System.Collections.Concurrent;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>A source that keeps the manifests it was asked for, so that each is fetched once, within a bound; other content passes by.</summary>
internal sealed class ManifestCache(IContentSource source, OciLimits limits) : IContentSource
{
    /// <summary>What is kept in all. Manifests beyond it are fetched again when they are needed again.</summary>
    private const long Bound = 64L * 1024 * 1024;

    private readonly ConcurrentDictionary<Digest, byte[]> _kept = new();
    private long _bytes;

    /// <summary>Resolves, and keeps what came along where the target gives the manifest in the same round trip.</summary>
    public async ValueTask<Descriptor?> ResolveAsync(ITarget target, string reference, CancellationToken ct)
    {
        if (target is not IReferenceFetcher fetcher)
            return await target.ResolveAsync(reference, ct).ConfigureAwait(false);
        if (await fetcher.FetchManifestAsync(reference, limits, ct).ConfigureAwait(false) is not { } manifest)
            return null;
        Keep(manifest.Descriptor.Digest, manifest.Bytes.ToArray());
        return manifest.Descriptor;
    }

    /// <summary>A manifest's bytes, which hash to its digest: so no graph that is followed through here can contain itself.</summary>
    public async ValueTask<byte[]> FetchManifestAsync(Descriptor manifest, CancellationToken ct)
    {
        if (_kept.TryGetValue(manifest.Digest, out var kept))
            return kept;
        var bytes = await source.FetchBytesAsync(manifest, limits, ct).ConfigureAwait(false);
        Keep(manifest.Digest, bytes);
        return bytes;
    }

    public ValueTask<bool> ExistsAsync(Descriptor target, CancellationToken ct = default) => source.ExistsAsync(target, ct);

    public async ValueTask<Stream> FetchAsync(Descriptor target, CancellationToken ct = default) =>
        target.MediaType.IsManifest && target.Size <= limits.ManifestBytes
            ? new VerifyingStream(new MemoryStream(await FetchManifestAsync(target, ct).ConfigureAwait(false), writable: false), target)
            : await source.FetchAsync(target, ct).ConfigureAwait(false);

    private void Keep(Digest digest, byte[] bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes.Length) > Bound || !_kept.TryAdd(digest, bytes))
            Interlocked.Add(ref _bytes, -bytes.Length);
    }
}
