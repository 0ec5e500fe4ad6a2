using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Admin.Federation;

internal sealed class IssuerListCommand : AdminCommand
{
    [SetsRequiredMembers]
    public IssuerListCommand(CommandContext context)
        : base(context, "list", "List the trusted issuers", ArgumentRule.None, AzFormat.Table)
    {
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct) =>
        new JsonArray([.. (await server.ListIssuersAsync(ct)).Select(issuer => JsonSerializer.SerializeToNode(issuer, WireJson.Wire.IssuerDescription))]);
}
