using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>Scope maps of a registry.</summary>
public sealed record ScopeMapList
{
    [JsonPropertyName("value")]
    public IReadOnlyList<ScopeMapResource> Value { get; init => field = value ?? []; } = [];

    /// <summary>Absolute address of the next page; null at the end.</summary>
    [JsonPropertyName("nextLink")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NextLink { get; init; }
}
