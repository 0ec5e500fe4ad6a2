using System.Text.Json.Serialization;
using Gantry.Protocol.Acr;

namespace Gantry.Protocol.Arm;

/// <summary>Who has which role, where and when.</summary>
public sealed record RoleAssignmentProperties
{
    /// <summary>A path that ends in the GUID of a role of <see cref="BuiltInRoles"/>.</summary>
    [JsonPropertyName("roleDefinitionId")]
    public required string RoleDefinitionId { get; init; }

    [JsonPropertyName("principalId")]
    public required string PrincipalId { get; init; }

    /// <summary><c>ServicePrincipal</c>, <c>User</c> or <c>Group</c>.</summary>
    [JsonPropertyName("principalType")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PrincipalType { get; init; }

    /// <summary>The path of the registry it counts in.</summary>
    [JsonPropertyName("scope")]
    public required string Scope { get; init; }

    /// <summary>Limits the role to this repository and those below it. Azure has no such member; absent for all.</summary>
    [JsonPropertyName("repositoryPrefix")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RepositoryPrefix { get; init; }

    [JsonPropertyName("description")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    /// <summary>When it counts, in Azure's condition language; null for always.</summary>
    [JsonPropertyName("condition")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Condition { get; init; }

    /// <summary><c>2.0</c> where there is a condition.</summary>
    [JsonPropertyName("conditionVersion")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ConditionVersion { get; init; }

    [JsonPropertyName("createdOn")]
    [JsonConverter(typeof(AcrTimeConverter))]
    public required DateTimeOffset CreatedOn { get; init; }

    [JsonPropertyName("updatedOn")]
    [JsonConverter(typeof(AcrTimeConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? UpdatedOn { get; init; }
}
