using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Admin.Principals;

internal sealed class GroupDeleteCommand : AdminCommand
{
    [SetsRequiredMembers]
    public GroupDeleteCommand(CommandContext context)
        : base(context, "delete", "Delete a group; its members lose what it gave them", ArgumentRule.Exactly(1, "ID", "the id of the group"), AzFormat.Json)
    {
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        await server.DeletePrincipalAsync(ReadAppId(parse), ct);
        return null;
    }
}
