using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>A scope map: actions that tokens may be given.</summary>
public sealed record ScopeMapResource
{
    public const string ResourceType = "Microsoft.ContainerRegistry/registries/scopeMaps";

    /// <summary>The resource's path.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("name")]
    public required string Name { get; init; }

    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("type")]
    public string Type { get; init => field = value ?? ResourceType; } = ResourceType;

    [JsonPropertyName("systemData")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ResourceHistory? SystemData { get; init; }

    [JsonPropertyName("properties")]
    public required ScopeMapProperties Properties { get; init; }
}
