using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>Body of PUT and PATCH on a scope map.</summary>
public sealed record ScopeMapRequest
{
    [JsonPropertyName("properties")]
    public required ScopeMapPropertiesRequest Properties { get; init; }
}
