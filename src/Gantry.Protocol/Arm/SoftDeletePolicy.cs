using System.Text.Json.Serialization;
using Gantry.Protocol.Acr;

namespace Gantry.Protocol.Arm;

/// <summary>How long what was deleted can come back.</summary>
public sealed record SoftDeletePolicy
{
    [JsonPropertyName("retentionDays")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RetentionDays { get; init; }

    [JsonPropertyName("lastUpdatedTime")]
    [JsonConverter(typeof(AcrTimeConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LastUpdatedTime { get; init; }

    [JsonPropertyName("status")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Status { get; init; }
}
