using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>Small documents, whole.</summary>
public static class ContentExtensions
{
    /// <summary>Reads content of bounded size into memory, verified.</summary>
    /// <exception cref="ContentNotFoundException">The source has no such content.</exception>
    /// <exception cref="OciFormatException">The descriptor claims more than the limit; nothing is allocated for it.</exception>
    public static ValueTask<byte[]> FetchBytesAsync(this IContentSource source, Descriptor target, OciLimits limits, CancellationToken ct = default) =>
        throw new NotImplementedException();

    public static ValueTask PushBytesAsync(this IContentStore store, Descriptor expected, ReadOnlyMemory<byte> content, CancellationToken ct = default) =>
        throw new NotImplementedException();

    /// <summary>Resolves a reference and fetches the manifest it names; null where there is none. One round trip where the target allows.</summary>
    public static ValueTask<ManifestContent?> FetchManifestAsync(this ITarget target, string reference, OciLimits limits, CancellationToken ct = default) =>
        throw new NotImplementedException();

    /// <summary>The manifest of a platform inside an index, first match in index order; a manifest itself where its config says that platform.</summary>
    /// <exception cref="ContentNotFoundException">No entry matches.</exception>
    public static ValueTask<Descriptor> SelectPlatformAsync(this IContentSource source, Descriptor root, Platform platform, OciLimits limits, CancellationToken ct = default) =>
        throw new NotImplementedException();
}
