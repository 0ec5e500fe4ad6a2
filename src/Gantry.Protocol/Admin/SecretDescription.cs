using System.Text.Json.Serialization;
using Gantry.Protocol.Acr;

namespace Gantry.Protocol.Admin;

/// <summary>A service principal's secret, without the secret.</summary>
public sealed record SecretDescription
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("label")]
    public required string Label { get; init; }

    [JsonPropertyName("createdTime")]
    [JsonConverter(typeof(AcrTimeConverter))]
    public required DateTimeOffset CreatedTime { get; init; }

    /// <summary>When it ends; absent for never.</summary>
    [JsonPropertyName("endTime")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EndTime { get; init; }
}
