using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Admin.Principals;

internal sealed class GroupListCommand : AdminCommand
{
    [SetsRequiredMembers]
    public GroupListCommand(CommandContext context)
        : base(context, "list", "List the groups", ArgumentRule.None, AzFormat.Table)
    {
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var groups = (await server.ListPrincipalsAsync(ct)).Where(principal => principal.Kind == "Group");
        return new JsonArray([.. groups.Select(group => JsonSerializer.SerializeToNode(group, WireJson.Wire.PrincipalDescription))]);
    }

    protected override string? Describe(JsonNode result) => PrincipalTable.Of(result);
}
