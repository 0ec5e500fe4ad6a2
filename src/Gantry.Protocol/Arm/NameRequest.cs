using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>Body of <c>checkNameAvailability</c>.</summary>
public sealed record NameRequest
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("type")]
    public string Type { get; init => field = value ?? RegistryResource.ResourceType; } = RegistryResource.ResourceType;
}
