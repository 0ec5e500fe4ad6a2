using System.Text.Json;

namespace Gantry.Server.Access.Federation;

/// <summary>JSON that strangers wrote: an object, not deep, each member once.</summary>
internal static class OutsideJson
{
    // A member that comes twice is read as one thing here and as another elsewhere.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>The object; null where the bytes are none. The caller disposes it.</summary>
    public static JsonDocument? TryParse(ReadOnlyMemory<byte> json)
    {
        try
        {
            var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            return null;
        }
        // The second is a member's name with half a surrogate pair, which no two readers compare alike.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A member that is a text; null where it is none.</summary>
    public static string? Text(JsonElement parent, string member) =>
        parent.TryGetProperty(member, out var found) && found.ValueKind == JsonValueKind.String ? Text(found) : null;

    /// <summary>A string's text; null for one with half a surrogate pair.</summary>
    public static string? Text(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
