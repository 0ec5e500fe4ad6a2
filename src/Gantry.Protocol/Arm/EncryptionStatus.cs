using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>Whether a registry encrypts with a key of its own.</summary>
public sealed record EncryptionStatus
{
    [JsonPropertyName("status")]
    public required string Status { get; init; }
}
