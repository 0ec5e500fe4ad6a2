using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Admin.Principals;

internal sealed class PrincipalRevokeCommand : AdminCommand
{
    [SetsRequiredMembers]
    public PrincipalRevokeCommand(CommandContext context)
        : base(context, "revoke", "End every token of a principal; its secrets stay", ArgumentRule.Exactly(1, "ID", "the id of the principal"), AzFormat.Json)
    {
        Examples = [("Sign a person out everywhere", "admin principal revoke ID")];
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        await server.EndTokensAsync(ReadAppId(parse), ct);
        return null;
    }
}
