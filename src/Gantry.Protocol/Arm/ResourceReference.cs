using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>A resource that another one names.</summary>
public sealed record ResourceReference
{
    [JsonPropertyName("id")]
    public required string Id { get; init; }
}
