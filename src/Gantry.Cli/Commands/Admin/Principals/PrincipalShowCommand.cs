using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Admin.Principals;

internal sealed class PrincipalShowCommand : AdminCommand
{
    [SetsRequiredMembers]
    public PrincipalShowCommand(CommandContext context)
        : base(context, "show", "Show a principal with its roles, groups and secrets", ArgumentRule.Exactly(1, "ID", "the id of the principal"), AzFormat.Json)
    {
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct) =>
        JsonSerializer.SerializeToNode(await server.GetPrincipalAsync(ReadAppId(parse), ct), WireJson.Wire.PrincipalDescription);
}
