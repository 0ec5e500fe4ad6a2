using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Admin.Principals;

internal sealed class MemberRemoveCommand : AdminCommand
{
    [SetsRequiredMembers]
    public MemberRemoveCommand(CommandContext context)
        : base(context, "remove", "Take somebody out of a group; it counts at their next request", ArgumentRule.Exactly(2, "GROUP_ID MEMBER_ID", "the id of the group, and that of the principal"), AzFormat.Json)
    {
        Examples = [("Take somebody out of a group", "admin group member remove GROUP_ID MEMBER_ID")];
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var member = Words(parse)[1];
        await server.RemoveMemberAsync(ReadAppId(parse), Guid.TryParseExact(member, "D", out var id) ? id : throw CommandException.WrongUsage($"\"{Printable.Of(member)}\" is not an id."), ct);
        return null;
    }
}
