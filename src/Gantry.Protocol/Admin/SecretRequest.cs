using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>Body of <c>POST /gantry/v1/principals/ID/secrets</c>.</summary>
public sealed record SecretRequest
{
    /// <summary>What its owner calls it.</summary>
    [JsonPropertyName("label")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Label { get; init; }

    /// <summary>When it is to end; absent for never.</summary>
    [JsonPropertyName("endTime")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EndTime { get; init; }
}
