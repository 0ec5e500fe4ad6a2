using System.Text.Json;

namespace Gantry.Protocol.Oci;

/// <summary>The machine that an image is for (image-spec image-index.md, "platform").</summary>
public sealed record Platform
{
    public required string Architecture { get; init; }

    public required string Os { get; init; }

    public string? OsVersion { get; init; }

    public IReadOnlyList<string>? OsFeatures { get; init; }

    public string? Variant { get; init; }

    /// <summary>Reads <c>os[/arch][/variant][:os_version]</c> as the command line writes it.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="defaultArchitecture">Stands in when no architecture is named.</param>
    /// <param name="problem">Why the text is not a platform; null when it is one.</param>
    public static Platform? TryParse(string text, string defaultArchitecture, out string? problem)
    {
        var (platform, version) = text.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? (text[..colon], text[(colon + 1)..]) : (text, null);
        var parts = platform.Split('/');
        problem = parts.Length > 3 ? $"failed to parse platform \"{Printable.Of(text)}\": expected format os[/arch[/variant]]"
            : parts.Any(string.IsNullOrEmpty) ? $"invalid platform \"{Printable.Of(text)}\": OS, architecture and variant cannot be empty"
            : null;
        return problem is not null ? null : new Platform
        {
            Os = parts[0],
            Architecture = parts.Length > 1 ? parts[1] : defaultArchitecture,
            Variant = parts.Length > 2 ? parts[2] : null,
            OsVersion = version,
        };
    }

    /// <summary>Whether this platform offers what <paramref name="wanted"/> asks for; what it leaves out matches anything.</summary>
    public bool Satisfies(Platform wanted) =>
        Architecture == wanted.Architecture && Os == wanted.Os
        && (wanted.OsVersion is null || OsVersion == wanted.OsVersion)
        && (wanted.Variant is null || Variant == wanted.Variant)
        && (wanted.OsFeatures is null || wanted.OsFeatures.All(feature => OsFeatures?.Contains(feature) == true));

    internal static readonly string[] Members = ["architecture", "os", "os.version", "os.features", "variant"];

    internal static Platform Read(JsonElement element, JsonPath path)
    {
        path.Expect(element, JsonValueKind.Object);
        return new Platform
        {
            Architecture = element.OptionalString("architecture", path) ?? "",
            Os = element.OptionalString("os", path) ?? "",
            OsVersion = element.OptionalString("os.version", path),
            OsFeatures = element.OptionalStrings("os.features", path),
            Variant = element.OptionalString("variant", path),
        };
    }

    internal void Write(GoJsonWriter json)
    {
        json.StartObject();
        json.String("architecture", Architecture);
        json.String("os", Os);
        json.OptionalString("os.version", OsVersion);
        json.OptionalStrings("os.features", OsFeatures);
        json.OptionalString("variant", Variant);
        json.EndObject();
    }
}
