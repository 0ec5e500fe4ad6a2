using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Client.Remote;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class RegistryListCommand : ServerCommand
{
    [SetsRequiredMembers]
    public RegistryListCommand(CommandContext context)
        : base(context, "list", "List the registries of a server")
    {
        Examples = [("The registries as a table", "acr list -o table")];
    }

    protected override IReadOnlyList<AzColumn>? Columns => RegistryJson.Columns;

    protected override Task<JsonNode?> ExecuteAsync(RegistryClient server, ParseResult parse, CancellationToken ct) =>
        Attributes.ListAsync(new RegistryManagement(server, "").ListRegistriesAsync(ct), RegistryJson.Of, ct);
}
