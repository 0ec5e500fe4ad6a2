using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class ScopeMapListCommand : ManagementCommand
{
    [SetsRequiredMembers]
    public ScopeMapListCommand(CommandContext context)
        : base(context, "list", "List the scope maps of a registry")
    {
        Examples = [("The scope maps as a table", "acr scope-map list -r myregistry -o table")];
    }

    protected override IReadOnlyList<AzColumn>? Columns => ScopeMapJson.Columns;

    protected override Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct) =>
        Attributes.ListAsync(registry.ScopeMaps.ListAsync(ct), ScopeMapJson.Of, ct);
}
