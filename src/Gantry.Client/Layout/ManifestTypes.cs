using System.Text.Json;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Layout;

/// <summary>Tells what kind of manifest some bytes are when nothing else says it.</summary>
internal static class ManifestTypes
{
    /// <summary>The document's own media type, else the OCI type of its shape; null where it is no manifest.</summary>
    public static MediaType? Recognize(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = OciLimits.Default.JsonDepth });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("schemaVersion", out _) && !root.TryGetProperty("mediaType", out _))
                return null;
            if (root.TryGetProperty("mediaType", out var own) && own.ValueKind == JsonValueKind.String)
                return MediaType.TryParse(own.GetString(), out var type) && type.IsManifest ? type : null;
            return root.TryGetProperty("manifests", out _) ? MediaTypes.ImageIndex
                : root.TryGetProperty("config", out _) ? MediaTypes.ImageManifest
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
