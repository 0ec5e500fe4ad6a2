using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Admin.Principals;

internal sealed class GroupCreateCommand : AdminCommand
{
    [SetsRequiredMembers]
    public GroupCreateCommand(CommandContext context)
        : base(context, "create", "Create a group of principals", ArgumentRule.Exactly(1, "NAME", "the name of the group"), AzFormat.Json)
    {
        Details = "What is assigned to a group, each of its members has. Groups of an issuer or a directory come by themselves, at the first sign-in of somebody who is in them.";
        Examples = [("A group, and its role", "admin group create developers")];
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct) =>
        JsonSerializer.SerializeToNode(await server.CreateGroupAsync(Words(parse)[0], ct), WireJson.Wire.PrincipalDescription);
}
