using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol.Arm;

namespace Gantry.Cli.Commands.Acr.Management;

/// <summary>Changes the rules of a registry: reads them, and sends them all again.</summary>
internal abstract class NetworkRuleChangeCommand : ManagementCommand
{
    private readonly Option<string?> _address = Flag.Text("--ip-address", "ADDRESS", "an IPv4 address, or a range such as 10.0.0.0/8");

    [SetsRequiredMembers]
    protected NetworkRuleChangeCommand(CommandContext context, string name, string summary)
        : base(context, name, summary, "--name", "-n")
    {
        Add(_address);
        Required = [Registry.Name, _address];
    }

    protected override IReadOnlyList<AzColumn>? Columns => RegistryJson.Columns;

    protected abstract IEnumerable<IpRule> Change(IReadOnlyList<IpRule> rules, string address);

    protected sealed override async Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct)
    {
        var present = (await registry.GetAsync(ct)).Properties.NetworkRuleSet ?? new NetworkRuleSet { DefaultAction = "Allow" };
        var changed = present with { IpRules = [.. Change(present.IpRules, parse.GetValue(_address)!)] };
        return RegistryJson.Of(await registry.UpdateAsync(new RegistryRequest { Properties = new RegistryPropertiesRequest { NetworkRuleSet = changed } }, ct));
    }
}
