using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>Content trust (retired by the service; signatures are referrers).</summary>
public sealed record TrustPolicy
{
    [JsonPropertyName("type")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Type { get; init; }

    [JsonPropertyName("status")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Status { get; init; }
}
