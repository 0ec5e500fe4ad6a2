using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>A policy that is on or off.</summary>
public sealed record PolicyStatus
{
    /// <summary>A word of <see cref="PolicyStates"/>.</summary>
    [JsonPropertyName("status")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Status { get; init; }
}
