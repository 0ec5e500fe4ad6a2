using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>Body of PUT on a role assignment.</summary>
public sealed record RoleAssignmentRequest
{
    [JsonPropertyName("properties")]
    public required RoleAssignmentPropertiesRequest Properties { get; init; }
}
