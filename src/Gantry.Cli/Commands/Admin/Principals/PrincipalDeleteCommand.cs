using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Admin.Principals;

internal sealed class PrincipalDeleteCommand : AdminCommand
{
    [SetsRequiredMembers]
    public PrincipalDeleteCommand(CommandContext context)
        : base(context, "delete", "Delete a service principal; its secret and its tokens end at once", ArgumentRule.Exactly(1, "APP_ID", "the application id of the service principal"), AzFormat.Json)
    {
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        await server.DeletePrincipalAsync(ReadAppId(parse), ct);
        return null;
    }
}
