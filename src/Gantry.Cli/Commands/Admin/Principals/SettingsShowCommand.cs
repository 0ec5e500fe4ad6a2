using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Admin.Principals;

internal sealed class SettingsShowCommand : AdminCommand
{
    [SetsRequiredMembers]
    public SettingsShowCommand(CommandContext context)
        : base(context, "show", "Show what a registry is told that Azure has no word for", ArgumentRule.None, AzFormat.Json)
    {
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct) =>
        JsonSerializer.SerializeToNode(await server.GetSettingsAsync(ct), WireJson.Wire.RegistrySettingsDocument);
}
