using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Protocol.Arm;

namespace Gantry.Cli.Commands.Admin.Access;

/// <summary>Roles and who has them, in the members that az shows.</summary>
internal static class RoleJson
{
    private static readonly IReadOnlyList<AzColumn> AssignmentColumns =
    [
        new("PRINCIPAL", assignment => AzResource.Cell(assignment?["principalName"]) is var name && name == AzResource.Blank ? AzResource.Cell(assignment?["principalId"]) : name),
        AzResource.Column("TYPE", "principalType"),
        AzResource.Column("ROLE", "roleDefinitionName"),
        AzResource.Column("REPOSITORY", "repositoryPrefix"),
        AzResource.Column("CONDITION", "condition"),
        AzResource.Column("ID", "name"),
    ];

    private static readonly IReadOnlyList<AzColumn> DefinitionColumns = [AzResource.Column("ROLE", "roleName"), AzResource.Column("DESCRIPTION", "description"), AzResource.Column("ID", "name")];

    public static string AssignmentTable(JsonNode result) => AzTable.Write(result, AssignmentColumns) + "\n";

    public static string DefinitionTable(JsonNode result) => AzTable.Write(result, DefinitionColumns) + "\n";

    /// <param name="assignment">The assignment.</param>
    /// <param name="names">Names of principals by their ids.</param>
    public static JsonNode Of(RoleAssignmentResource assignment, IReadOnlyDictionary<string, string> names)
    {
        var properties = assignment.Properties;
        return new JsonObject
        {
            ["condition"] = properties.Condition,
            ["conditionVersion"] = properties.ConditionVersion,
            ["createdOn"] = AzResource.Time(properties.CreatedOn),
            ["id"] = assignment.Id,
            ["name"] = assignment.Name,
            ["principalId"] = properties.PrincipalId,
            ["principalName"] = names.GetValueOrDefault(properties.PrincipalId),
            ["principalType"] = properties.PrincipalType,
            ["repositoryPrefix"] = properties.RepositoryPrefix,
            ["resourceGroup"] = AzResource.GroupOf(assignment.Id),
            ["roleDefinitionId"] = properties.RoleDefinitionId,
            ["roleDefinitionName"] = BuiltInRoles.Find(properties.RoleDefinitionId)?.Name,
            ["scope"] = properties.Scope,
            ["type"] = assignment.Type,
        };
    }

    public static JsonNode Of(RoleDefinitionResource definition) => new JsonObject
    {
        ["assignableScopes"] = AzResource.Texts(definition.Properties.AssignableScopes),
        ["description"] = definition.Properties.Description,
        ["id"] = definition.Id,
        ["name"] = definition.Name,
        ["permissions"] = new JsonArray([.. definition.Properties.Permissions.Select(permission => new JsonObject
        {
            ["actions"] = AzResource.Texts(permission.Actions),
            ["dataActions"] = AzResource.Texts(permission.DataActions),
            ["notActions"] = AzResource.Texts(permission.NotActions),
            ["notDataActions"] = AzResource.Texts(permission.NotDataActions),
        })]),
        ["roleName"] = definition.Properties.RoleName,
        ["roleType"] = definition.Properties.Type,
        ["type"] = definition.Type,
    };
}
