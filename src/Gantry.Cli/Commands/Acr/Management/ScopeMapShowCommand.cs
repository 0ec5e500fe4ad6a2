using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class ScopeMapShowCommand : ManagementCommand
{
    private readonly Option<string?> _name = Flag.Text("--name", "NAME", "the scope map", "-n");

    [SetsRequiredMembers]
    public ScopeMapShowCommand(CommandContext context)
        : base(context, "show", "Show a scope map")
    {
        Examples = [("Show a scope map", "acr scope-map show -r myregistry -n MyScopeMap")];
        Add(_name);
        Required = [_name, Registry.Name];
    }

    protected override IReadOnlyList<AzColumn>? Columns => ScopeMapJson.Columns;

    protected override async Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct) =>
        ScopeMapJson.Of(await registry.ScopeMaps.GetAsync(parse.GetValue(_name)!, ct));
}
