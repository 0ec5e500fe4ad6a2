using System.Diagnostics.CodeAnalysis;
using Gantry.Protocol.Arm;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class NetworkRuleRemoveCommand : NetworkRuleChangeCommand
{
    [SetsRequiredMembers]
    public NetworkRuleRemoveCommand(CommandContext context)
        : base(context, "remove", "Take back the rule for an address")
    {
        Examples = [("Take the rule back", "acr network-rule remove -n myregistry --ip-address 10.0.0.0/8")];
    }

    protected override IEnumerable<IpRule> Change(IReadOnlyList<IpRule> rules, string address) => rules.Where(rule => rule.Value != address);
}
