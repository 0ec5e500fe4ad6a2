using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>A registry as the management API shows it.</summary>
public sealed record RegistryResource
{
    public const string ResourceType = "Microsoft.ContainerRegistry/registries";

    /// <summary>The resource's path.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("name")]
    public required string Name { get; init; }

    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("type")]
    public string Type { get; init => field = value ?? ResourceType; } = ResourceType;

    [JsonPropertyName("location")]
    public required string Location { get; init; }

    [JsonPropertyName("tags")]
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    [JsonPropertyName("sku")]
    public required RegistrySku Sku { get; init; }

    [JsonPropertyName("systemData")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ResourceHistory? SystemData { get; init; }

    [JsonPropertyName("properties")]
    public required RegistryProperties Properties { get; init; }
}
