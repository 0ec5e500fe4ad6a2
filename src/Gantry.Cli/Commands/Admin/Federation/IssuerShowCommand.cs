using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Admin.Federation;

internal sealed class IssuerShowCommand : AdminCommand
{
    [SetsRequiredMembers]
    public IssuerShowCommand(CommandContext context)
        : base(context, "show", "Show a trusted issuer", ArgumentRule.Exactly(1, "NAME", "the issuer"), AzFormat.Json)
    {
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct) =>
        JsonSerializer.SerializeToNode(await server.GetIssuerAsync(Words(parse)[0], ct), WireJson.Wire.IssuerDescription);
}
