using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>Whether a registry can have a name.</summary>
public sealed record NameAvailability
{
    [JsonPropertyName("nameAvailable")]
    public required bool NameAvailable { get; init; }

    /// <summary><c>Invalid</c> or <c>AlreadyExists</c>.</summary>
    [JsonPropertyName("reason")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>A sentence for people.</summary>
    [JsonPropertyName("message")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }
}
