using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>What a request wants a scope map to be; null leaves a member as it is.</summary>
public sealed record ScopeMapPropertiesRequest
{
    [JsonPropertyName("description")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    /// <summary>All of them: they replace those that were. A new map needs them.</summary>
    [JsonPropertyName("actions")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Actions { get; init; }
}
