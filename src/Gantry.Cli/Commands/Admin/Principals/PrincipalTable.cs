using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;

namespace Gantry.Cli.Commands.Admin.Principals;

/// <summary>Principals as a table for people: each role with where it counts.</summary>
internal static class PrincipalTable
{
    private static readonly IReadOnlyList<AzColumn> Columns =
    [
        new("NAME", principal => Text(principal, "name")),
        new("KIND", principal => Text(principal, "kind")),
        new("ROLES", principal => string.Join(", ", (principal?["roles"] as JsonArray ?? []).Select(RoleOf))),
        new("ENABLED", principal => principal?["enabled"]?.GetValue<bool>() is false ? "no" : "yes"),
        new("ID", principal => Text(principal, "appId")),
    ];

    public static string Of(JsonNode result) => AzTable.Write(result, Columns) is { Length: > 0 } table ? table + "\n" : "";

    private static string Text(JsonNode? principal, string member) => principal?[member]?.GetValue<string>() ?? "";

    private static string RoleOf(JsonNode? role)
    {
        var limit = role?["repository"] is { } repository ? $" ({repository})" : role?["condition"] is null ? "" : " (conditional)";
        return Text(role, "role") + limit;
    }
}
