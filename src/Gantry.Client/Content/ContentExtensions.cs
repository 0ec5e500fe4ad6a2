using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>Small documents, whole.</summary>
public static class ContentExtensions
{
    /// <summary>Reads content of bounded size into memory, verified.</summary>
    /// <exception cref="ContentNotFoundException">The source has no such content.</exception>
    /// <exception cref="OciFormatException">The descriptor claims more than the limit; nothing is allocated for it.</exception>
    public static async ValueTask<byte[]> FetchBytesAsync(this IContentSource source, Descriptor target, OciLimits limits, CancellationToken ct = default)
    {
        if (target.Size > limits.ManifestBytes)
            throw new OciFormatException($"{target.Digest} has {target.Size} bytes, the limit for a document is {limits.ManifestBytes}");
        var stream = await source.FetchAsync(target, ct).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        return await ContentBuffer.ReadAsync(stream, target, ct).ConfigureAwait(false);
    }

    public static async ValueTask PushBytesAsync(this IContentStore store, Descriptor expected, ReadOnlyMemory<byte> content, CancellationToken ct = default)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        await store.PushAsync(expected, stream, ct).ConfigureAwait(false);
    }

    /// <summary>Resolves a reference and fetches the manifest it names; null where there is none. One round trip where the target allows.</summary>
    public static async ValueTask<ManifestContent?> FetchManifestAsync(this ITarget target, string reference, OciLimits limits, CancellationToken ct = default)
    {
        if (target is IReferenceFetcher fetcher)
            return await fetcher.FetchManifestAsync(reference, limits, ct).ConfigureAwait(false);
        if (await target.ResolveAsync(reference, ct).ConfigureAwait(false) is not { } descriptor)
            return null;
        return new ManifestContent(await target.FetchBytesAsync(descriptor, limits, ct).ConfigureAwait(false), descriptor);
    }

    /// <summary>The manifest of a platform inside an index, first match in index order; a manifest itself where its config says that platform.</summary>
    /// <exception cref="ContentNotFoundException">No entry matches.</exception>
    public static async ValueTask<Descriptor> SelectPlatformAsync(this IContentSource source, Descriptor root, Platform platform, OciLimits limits, CancellationToken ct = default)
    {
        if (!root.MediaType.IsIndex && !root.MediaType.IsImageManifest)
            throw new ContentNotFoundException($"{root.Digest} is {root.MediaType}, which has no platform: platform {Text(platform)}");
        var bytes = await source.FetchBytesAsync(root, limits, ct).ConfigureAwait(false);
        switch (Manifest.Parse(bytes, root.MediaType, limits))
        {
            case ImageIndex index:
                return index.Manifests.FirstOrDefault(entry => entry.Platform?.Satisfies(platform) == true)
                    ?? throw new ContentNotFoundException($"{root.Digest}: a manifest of platform {Text(platform)}");
            case ImageManifest { Config: { MediaType.IsImageConfig: true } config }:
                var document = await source.FetchBytesAsync(config, limits, ct).ConfigureAwait(false);
                return ImageConfig.Parse(document, limits)?.Platform.Satisfies(platform) == true
                    ? root
                    : throw new ContentNotFoundException($"{root.Digest} is of another platform: {Text(platform)}");
            default:
                throw new ContentNotFoundException($"{root.Digest} has no image config to tell its platform from: platform {Text(platform)}");
        }
    }

    private static string Text(Platform platform) =>
        platform.Variant is { } variant ? $"{platform.Os}/{platform.Architecture}/{variant}" : $"{platform.Os}/{platform.Architecture}";
}
