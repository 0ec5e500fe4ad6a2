using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>A role that a principal has somewhere.</summary>
public sealed record RoleAssignmentResource
{
    public const string ResourceType = "Microsoft.Authorization/roleAssignments";

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
    public required RoleAssignmentProperties Properties { get; init; }
}
