using System.Diagnostics.CodeAnalysis;
using Gantry.Protocol.Arm;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class NetworkRuleAddCommand : NetworkRuleChangeCommand
{
    [SetsRequiredMembers]
    public NetworkRuleAddCommand(CommandContext context)
        : base(context, "add", "Let an address reach a registry")
    {
        Examples = [("Let a network in", "acr network-rule add -n myregistry --ip-address 10.0.0.0/8")];
    }

    protected override IEnumerable<IpRule> Change(IReadOnlyList<IpRule> rules, string address) =>
        rules.Any(rule => rule.Value == address) ? rules : [.. rules, new IpRule { Value = address }];
}
