using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>A repository-scoped token, an identity that only this registry knows.</summary>
public sealed record TokenResource
{
    public const string ResourceType = "Microsoft.ContainerRegistry/registries/tokens";

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
    public required TokenProperties Properties { get; init; }
}
