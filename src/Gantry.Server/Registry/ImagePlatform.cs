using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Server.Storage;

namespace Gantry.Server.Registry;

/// <summary>Architecture and operating system of an image, for the attributes: they stand in its config. One that is broken or large says nothing, and refuses nothing.</summary>
internal static class ImagePlatform
{
    /// <param name="driver">Where the config is.</param>
    /// <param name="manifest">Perhaps an image's.</param>
    /// <param name="present">The blobs that its repository has: the platform of another's config is nobody's business.</param>
    /// <param name="limits">How much is read.</param>
    /// <param name="ct">Stops the reading.</param>
    /// <returns>Each null where the config does not say it, or not in plain text: PostgreSQL keeps no NUL.</returns>
    public static async ValueTask<(string? Architecture, string? Os)> ReadAsync(IBlobDriver driver, Manifest manifest, IReadOnlyList<Descriptor> present, RegistryLimits limits, CancellationToken ct)
    {
        if (manifest is not ImageManifest { Config: var config } || !config.MediaType.IsImageConfig
            || config.Size > limits.MaxConfigBytes || !present.Any(blob => blob.Digest == config.Digest))
            return default;
        await using var content = await driver.OpenReadAsync(BlobPaths.Blob(config.Digest), ByteRange.All, ct);
        if (content is null)
            return default;
        var bytes = new byte[config.Size];
        var read = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        try
        {
            var platform = ImageConfig.Parse(bytes.AsMemory(0, read), limits.ForManifests())?.Platform;
            return (Plain(platform?.Architecture), Plain(platform?.Os));
        }
        catch (OciFormatException)
        {
            return default;
        }
    }

    private static string? Plain(string? text) => string.IsNullOrEmpty(text) || text.AsSpan().ContainsAnyInRange('\0', '\u001f') ? null : text;
}
