using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Admin.Principals;

internal sealed class MemberAddCommand : AdminCommand
{
    [SetsRequiredMembers]
    public MemberAddCommand(CommandContext context)
        : base(context, "add", "Put a service principal or a user into a group", ArgumentRule.Exactly(2, "GROUP_ID MEMBER_ID", "the id of the group, and that of the principal"), AzFormat.Json)
    {
        Examples = [("Put somebody into a group", "admin group member add GROUP_ID MEMBER_ID")];
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var member = Words(parse)[1];
        await server.AddMemberAsync(ReadAppId(parse), Guid.TryParseExact(member, "D", out var id) ? id : throw CommandException.WrongUsage($"\"{Printable.Of(member)}\" is not an id."), ct);
        return null;
    }
}
