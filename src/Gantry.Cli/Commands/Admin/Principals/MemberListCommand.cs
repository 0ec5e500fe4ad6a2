using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Admin.Principals;

internal sealed class MemberListCommand : AdminCommand
{
    [SetsRequiredMembers]
    public MemberListCommand(CommandContext context)
        : base(context, "list", "List who is in a group", ArgumentRule.Exactly(1, "GROUP_ID", "the id of the group"), AzFormat.Table)
    {
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        var members = await server.ListMembersAsync(ReadAppId(parse), ct);
        return new JsonArray([.. members.Select(member => JsonSerializer.SerializeToNode(member, WireJson.Wire.PrincipalDescription))]);
    }

    protected override string? Describe(JsonNode result) => PrincipalTable.Of(result);
}
