using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <summary>The platform of a run, in ACR's words: <c>linux</c>, <c>amd64</c>.</summary>
public sealed record RunPlatform
{
    [JsonPropertyName("os")]
    public required string Os { get; init; }

    [JsonPropertyName("architecture")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Architecture { get; init; }

    [JsonPropertyName("variant")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Variant { get; init; }
}
