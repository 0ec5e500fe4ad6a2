using System.Text.Json;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Registry;

/// <summary>Finds what a document is that came without a content type.</summary>
internal static class ManifestSniffer
{
    /// <summary>The document's own <c>mediaType</c>; else an index where it lists manifests, and an image manifest where it does not.</summary>
    /// <remarks>A guess that is wrong does no harm: the parser refuses what does not fit.</remarks>
    public static MediaType Guess(ReadOnlySpan<byte> json, RegistryLimits limits)
    {
        var guess = MediaTypes.ImageManifest;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = limits.MaxJsonDepth });
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                    continue;
                var named = reader.ValueTextEquals("mediaType"u8);
                if (reader.ValueTextEquals("manifests"u8))
                    guess = MediaTypes.ImageIndex;
                if (!reader.Read() || !reader.TrySkip())
                    break;
                if (named && reader.TokenType == JsonTokenType.String && MediaType.TryParse(reader.GetString(), out var own))
                    return own;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or not text: the parser says so, with the place.
        }
        return guess;
    }
}
