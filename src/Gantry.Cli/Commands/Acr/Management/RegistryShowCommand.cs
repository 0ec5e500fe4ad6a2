using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class RegistryShowCommand : ManagementCommand
{
    [SetsRequiredMembers]
    public RegistryShowCommand(CommandContext context)
        : base(context, "show", "Show a registry", "--name", "-n")
    {
        Examples = [("Show a registry", "acr show -n myregistry")];
    }

    protected override IReadOnlyList<AzColumn>? Columns => RegistryJson.Columns;

    protected override async Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct) =>
        RegistryJson.Of(await registry.GetAsync(ct));
}
