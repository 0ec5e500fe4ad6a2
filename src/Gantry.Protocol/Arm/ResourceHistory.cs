using System.Text.Json.Serialization;
using Gantry.Protocol.Acr;

namespace Gantry.Protocol.Arm;

/// <summary>Who made a resource and who changed it last (<c>systemData</c>).</summary>
public sealed record ResourceHistory
{
    [JsonPropertyName("createdBy")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CreatedBy { get; init; }

    /// <summary><c>User</c> or <c>Application</c>.</summary>
    [JsonPropertyName("createdByType")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CreatedByType { get; init; }

    [JsonPropertyName("createdAt")]
    [JsonConverter(typeof(AcrTimeConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? CreatedAt { get; init; }

    [JsonPropertyName("lastModifiedBy")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LastModifiedBy { get; init; }

    [JsonPropertyName("lastModifiedByType")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LastModifiedByType { get; init; }

    [JsonPropertyName("lastModifiedAt")]
    [JsonConverter(typeof(AcrTimeConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LastModifiedAt { get; init; }
}
