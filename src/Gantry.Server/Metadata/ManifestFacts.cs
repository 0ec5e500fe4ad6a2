using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>What the database keeps of a manifest beside its bytes, all of it to be read from them again.</summary>
/// <param name="MediaType">What it was pushed as.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="ImageSize">Bytes of everything that it names.</param>
/// <param name="ConfigMediaType">An image's; null for what has none.</param>
/// <param name="ArtifactType">What the referrers API calls it.</param>
/// <param name="Subject">What it refers to.</param>
public sealed record ManifestFacts(MediaType MediaType, long Size, long ImageSize, MediaType? ConfigMediaType, MediaType? ArtifactType, Digest? Subject)
{
    /// <param name="manifest">The parsed bytes.</param>
    /// <param name="mediaType">What they were pushed as.</param>
    /// <param name="size">How many they are.</param>
    public static ManifestFacts Of(Manifest manifest, MediaType mediaType, long size) => new(
        mediaType, size, TotalSize(manifest), (manifest as ImageManifest)?.Config.MediaType, manifest.EffectiveArtifactType, manifest.Subject?.Digest);

    private static long TotalSize(Manifest manifest)
    {
        long total = 0;
        foreach (var part in manifest.Successors)
            total = part.Size > long.MaxValue - total ? long.MaxValue : total + part.Size;
        return total;
    }
}
