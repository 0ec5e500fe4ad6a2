using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;
using Gantry.Protocol.Admin;

namespace Gantry.Cli.Commands.Admin.Principals;

internal sealed class SettingsUpdateCommand : AdminCommand
{
    private readonly Option<string?> _catalog = Choice.TrueOrFalse("--catalog-by-rights", "whether the catalog shows each caller what they may read, in place of being refused to those who may not read everything");

    [SetsRequiredMembers]
    public SettingsUpdateCommand(CommandContext context)
        : base(context, "update", "Change what a registry is told that Azure has no word for", ArgumentRule.None, AzFormat.Json)
    {
        Examples = [("Let scoped tokens list what they may read", "admin settings update --catalog-by-rights true")];
        Add(_catalog);
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var catalog = parse.GetValue(_catalog) ?? throw CommandException.WrongUsage("There is nothing to change: give --catalog-by-rights.");
        return JsonSerializer.SerializeToNode(await server.UpdateSettingsAsync(new RegistrySettingsDocument { CatalogByRights = catalog == "true" }, ct), WireJson.Wire.RegistrySettingsDocument);
    }
}
