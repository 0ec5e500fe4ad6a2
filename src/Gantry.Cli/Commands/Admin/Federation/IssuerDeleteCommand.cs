using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Admin.Federation;

internal sealed class IssuerDeleteCommand : AdminCommand
{
    [SetsRequiredMembers]
    public IssuerDeleteCommand(CommandContext context)
        : base(context, "delete", "Trust an issuer no longer; the tokens of its people end at once", ArgumentRule.Exactly(1, "NAME", "the issuer"), AzFormat.Json)
    {
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct)
    {
        await server.DeleteIssuerAsync(Words(parse)[0], ct);
        return null;
    }
}
