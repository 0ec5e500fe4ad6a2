using System.Text.Json.Serialization;

namespace Gantry.Protocol.Acr;

/// <summary>An entry of an index as <c>_manifests/{digest}</c> shows it.</summary>
public sealed record ManifestReference
{
    [JsonPropertyName("digest")]
    public required string Digest { get; init; }

    [JsonPropertyName("architecture")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Architecture { get; init; }

    [JsonPropertyName("os")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Os { get; init; }
}
