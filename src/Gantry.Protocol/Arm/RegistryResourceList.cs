using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>Registries of a subscription or a group.</summary>
public sealed record RegistryResourceList
{
    [JsonPropertyName("value")]
    public IReadOnlyList<RegistryResource> Value { get; init => field = value ?? []; } = [];

    /// <summary>Absolute address of the next page; null at the end.</summary>
    [JsonPropertyName("nextLink")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NextLink { get; init; }
}
