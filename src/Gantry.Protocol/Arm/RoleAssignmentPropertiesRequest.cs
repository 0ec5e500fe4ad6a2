using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>The role assignment that a request wants.</summary>
public sealed record RoleAssignmentPropertiesRequest
{
    [JsonPropertyName("roleDefinitionId")]
    public required string RoleDefinitionId { get; init; }

    [JsonPropertyName("principalId")]
    public required string PrincipalId { get; init; }

    [JsonPropertyName("principalType")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PrincipalType { get; init; }

    /// <summary>Limits the role to this repository and those below it. Azure has no such member; absent for all.</summary>
    [JsonPropertyName("repositoryPrefix")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RepositoryPrefix { get; init; }

    [JsonPropertyName("description")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    [JsonPropertyName("condition")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Condition { get; init; }

    [JsonPropertyName("conditionVersion")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ConditionVersion { get; init; }
}
