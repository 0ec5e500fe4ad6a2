using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <summary>Answer of <c>GET …/runs</c>: newest first.</summary>
public sealed record RunList
{
    [JsonPropertyName("value")]
    public required IReadOnlyList<RunResource> Value { get; init; }

    /// <summary>Absolute address of the next page; null at the end.</summary>
    [JsonPropertyName("nextLink")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NextLink { get; init; }
}
