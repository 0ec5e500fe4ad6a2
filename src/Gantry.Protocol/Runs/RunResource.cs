using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <summary>A run as <c>scheduleRun</c>, <c>runs</c> and <c>runs/ID</c> show it.</summary>
public sealed record RunResource
{
    public const string ResourceType = "Microsoft.ContainerRegistry/registries/runs";

    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("type")]
    public string Type { get; init => field = value ?? ResourceType; } = ResourceType;

    [JsonPropertyName("properties")]
    public required RunProperties Properties { get; init; }

    /// <summary>The resource's path.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>The run's id alone.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }
}
