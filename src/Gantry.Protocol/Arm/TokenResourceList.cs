using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>Tokens of a registry.</summary>
public sealed record TokenResourceList
{
    [JsonPropertyName("value")]
    public IReadOnlyList<TokenResource> Value { get; init => field = value ?? []; } = [];

    /// <summary>Absolute address of the next page; null at the end.</summary>
    [JsonPropertyName("nextLink")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NextLink { get; init; }
}
