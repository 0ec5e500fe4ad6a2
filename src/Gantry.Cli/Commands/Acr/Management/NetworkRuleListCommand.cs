using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class NetworkRuleListCommand : ManagementCommand
{
    [SetsRequiredMembers]
    public NetworkRuleListCommand(CommandContext context)
        : base(context, "list", "List the network rules of a registry", "--name", "-n")
    {
        Examples = [("List the rules", "acr network-rule list -n myregistry")];
    }

    protected override async Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct) =>
        RegistryJson.RulesOf((await registry.GetAsync(ct)).Properties.NetworkRuleSet);
}
