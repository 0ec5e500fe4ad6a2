using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class AuthenticationAsArmShowCommand : ManagementCommand
{
    [SetsRequiredMembers]
    public AuthenticationAsArmShowCommand(CommandContext context)
        : base(context, "show", "Show whether tokens for the management API open the registry too")
    {
        Examples = [("Show the policy", "acr config authentication-as-arm show -r myregistry")];
    }

    protected override IReadOnlyList<AzColumn>? Columns => RegistryJson.PolicyColumns;

    protected override async Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct) =>
        RegistryJson.Of((await registry.GetAsync(ct)).Properties.Policies.AzureADAuthenticationAsArmPolicy);
}
