using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Commands.Acr;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Admin.Access;

internal sealed class RoleDefinitionsCommand : RoleCommand
{
    [SetsRequiredMembers]
    public RoleDefinitionsCommand(CommandContext context)
        : base(context, "definitions", "List the roles there are, and what each allows", ArgumentRule.None, AzFormat.Table)
    {
        Examples = [("The roles with all that they allow", "admin role definitions -o json")];
    }

    protected override string? Describe(JsonNode result) => RoleJson.DefinitionTable(result);

    protected override Task<JsonNode?> ExecuteAsync(RoleClient roles, AdminClient server, ParseResult parse, CancellationToken ct) =>
        Attributes.ListAsync(roles.ListDefinitionsAsync(ct), RoleJson.Of, ct);
}
