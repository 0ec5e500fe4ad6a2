using System.Text.Json;
using System.Text.Unicode;

namespace Gantry.Protocol.Oci;

/// <summary>Reads documents member by member, so that every refusal names its place.</summary>
internal static class OciJson
{
    /// <summary>Duplicate members are refused: two readers that disagree on which one counts disagree on what the digest names (CVE-2021-41190's family).</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json, OciLimits limits)
    {
        if (json.Length > limits.ManifestBytes)
            throw new OciFormatException($"the document has {json.Length} bytes, the limit is {limits.ManifestBytes}");
        if (json.Span.StartsWith("\uFEFF"u8))
            throw new OciFormatException("the document begins with a byte order mark, which JSON does not allow");
        if (!Utf8.IsValid(json.Span))
            throw new OciFormatException("the document is not valid UTF-8");
        try
        {
            var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = limits.JsonDepth, AllowDuplicateProperties = false });
            JsonPath.Root.Expect(document.RootElement, JsonValueKind.Object);
            return document;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second kind: a member's name that is half a surrogate pair.
            throw new OciFormatException($"the document is not valid JSON: {Printable.Of(e.Message)}", e);
        }
    }

    /// <summary>
    /// Refuses members that differ from a known one only by case. Go's decoder takes them for it, and the last one wins: what was checked here
    /// would not be what a client of Go pulls (CVE-2021-41190's family once more).
    /// </summary>
    public static void RefuseLookalikes(this JsonElement element, string[] known, JsonPath path)
    {
        foreach (var member in element.EnumerateObject())
        {
            var name = member.Name;
            foreach (var candidate in known)
            {
                if (name != candidate && GoFold.Equals(name, candidate))
                    throw path.Then(name).Problem($"is written with other letters than \"{candidate}\", and some clients would read it as that");
            }
        }
    }

    /// <summary>The member, or null where it is absent or JSON null: Go reads both as the zero value.</summary>
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? OptionalString(this JsonElement element, string name, JsonPath path)
    {
        if (element.Member(name) is not { } value)
            return null;
        path.Then(name).Expect(value, JsonValueKind.String);
        return path.Then(name).Text(value);
    }

    public static IReadOnlyList<string>? OptionalStrings(this JsonElement element, string name, JsonPath path)
    {
        if (element.Member(name) is not { } value)
            return null;
        var here = path.Then(name);
        here.Expect(value, JsonValueKind.Array);
        var texts = new List<string>(value.GetArrayLength());
        foreach (var item in value.EnumerateArray())
        {
            here.At(texts.Count).Expect(item, JsonValueKind.String);
            texts.Add(here.At(texts.Count).Text(item));
        }
        return texts;
    }

    public static IReadOnlyDictionary<string, string>? OptionalAnnotations(this JsonElement element, string name, JsonPath path)
    {
        if (element.Member(name) is not { } value)
            return null;
        var here = path.Then(name);
        here.Expect(value, JsonValueKind.Object);
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            here.Then(member.Name).Expect(member.Value, JsonValueKind.String);
            map[member.Name] = here.Then(member.Name).Text(member.Value);
        }
        return map;
    }

    /// <summary>The members that are not among the known ones, as raw JSON.</summary>
    public static IReadOnlyDictionary<string, string> OtherMembers(this JsonElement element, string[] known)
    {
        var others = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            if (!known.Contains(member.Name))
                others[member.Name] = member.Value.GetRawText();
        }
        return others;
    }

    public static MediaType RequiredMediaType(this JsonElement element, string name, JsonPath path) =>
        element.OptionalMediaType(name, path) ?? throw path.Then(name).Problem("is missing");

    public static MediaType? OptionalMediaType(this JsonElement element, string name, JsonPath path)
    {
        if (element.OptionalString(name, path) is not { Length: > 0 } text)
            return null;
        return MediaType.TryParse(text, out var mediaType) ? mediaType : throw path.Then(name).Problem(MediaType.Explain(text)!);
    }

    public static Digest RequiredDigest(this JsonElement element, string name, JsonPath path)
    {
        var text = element.OptionalString(name, path) ?? throw path.Then(name).Problem("is missing");
        return Digest.TryParse(text, out var digest) ? digest : throw path.Then(name).Problem($"\"{Printable.Of(text)}\" is not a digest: {Digest.Explain(text)}");
    }

    public static long RequiredSize(this JsonElement element, string name, JsonPath path)
    {
        var here = path.Then(name);
        var value = element.Member(name) ?? throw here.Problem("is missing");
        here.Expect(value, JsonValueKind.Number);
        return value.TryGetInt64(out var size) && size >= 0 ? size : throw here.Problem("is not a whole number from 0 to 2^63-1");
    }

    public static ReadOnlyMemory<byte>? OptionalBytes(this JsonElement element, string name, JsonPath path)
    {
        if (element.Member(name) is not { } value)
            return null;
        var here = path.Then(name);
        here.Expect(value, JsonValueKind.String);
        here.Text(value);
        return value.TryGetBytesFromBase64(out var bytes) ? bytes : throw here.Problem("is not base64");
    }
}
