using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>The size a registry is sold in: <c>Basic</c>, <c>Standard</c> or <c>Premium</c>. az refuses any other word.</summary>
public sealed record RegistrySku
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("tier")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tier { get; init; }
}
