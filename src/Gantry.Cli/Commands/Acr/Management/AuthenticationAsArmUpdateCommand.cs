using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol.Arm;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class AuthenticationAsArmUpdateCommand : ManagementCommand
{
    private readonly Option<string?> _status = Choice.Of<string?>(
        "--status", null, "whether they do", [(PolicyStates.Enabled, PolicyStates.Enabled), (PolicyStates.Disabled, PolicyStates.Disabled)]);

    [SetsRequiredMembers]
    public AuthenticationAsArmUpdateCommand(CommandContext context)
        : base(context, "update", "Say whether tokens for the management API open the registry too")
    {
        Examples = [("Take tokens for the registry alone", "acr config authentication-as-arm update -r myregistry --status disabled")];
        Add(_status);
    }

    protected override IReadOnlyList<AzColumn>? Columns => RegistryJson.PolicyColumns;

    protected override async Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct)
    {
        // What a request leaves out stays, so that two who change two policies do not undo each other's work.
        var policies = new RegistryPolicies { AzureADAuthenticationAsArmPolicy = new PolicyStatus { Status = parse.GetValue(_status) } };
        var registryNow = parse.IsGiven(_status)
            ? await registry.UpdateAsync(new RegistryRequest { Properties = new RegistryPropertiesRequest { Policies = policies } }, ct)
            : await registry.GetAsync(ct);
        return RegistryJson.Of(registryNow.Properties.Policies.AzureADAuthenticationAsArmPolicy);
    }
}
