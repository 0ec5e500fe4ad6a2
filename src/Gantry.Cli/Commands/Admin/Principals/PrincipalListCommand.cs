using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Admin.Principals;

internal sealed class PrincipalListCommand : AdminCommand
{
    [SetsRequiredMembers]
    public PrincipalListCommand(CommandContext context)
        : base(context, "list", "List the service principals, people and groups", ArgumentRule.None, AzFormat.Table)
    {
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var principals = await server.ListPrincipalsAsync(ct);
        return new JsonArray([.. principals.Select(principal => JsonSerializer.SerializeToNode(principal, WireJson.Wire.PrincipalDescription))]);
    }

    protected override string? Describe(JsonNode result) => PrincipalTable.Of(result);
}
