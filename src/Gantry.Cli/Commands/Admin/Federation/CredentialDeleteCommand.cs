using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Admin.Federation;

internal sealed class CredentialDeleteCommand : AdminCommand
{
    [SetsRequiredMembers]
    public CredentialDeleteCommand(CommandContext context)
        : base(context, "delete", "Let tokens no longer stand for a service principal; its tokens end at once", ArgumentRule.Exactly(2, "APP_ID NAME", "the application id of the service principal, and the credential's name"), AzFormat.Json)
    {
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        await server.DeleteFederatedCredentialAsync(ReadAppId(parse), Words(parse)[1], ct);
        return null;
    }
}
