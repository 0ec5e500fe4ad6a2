using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Admin.Principals;

internal sealed class PrincipalResetCommand : AdminCommand
{
    [SetsRequiredMembers]
    public PrincipalResetCommand(CommandContext context)
        : base(context, "reset", "Give a service principal a new password in place of all it had, and print it", ArgumentRule.Exactly(1, "APP_ID", "the application id of the service principal"), AzFormat.Json)
    {
        Details = """
            Every password that it had ends at once, and so do the tokens that they earned. The new password is shown this
            once: the server keeps no copy of it. To change passwords without a gap, add a secret and delete the old one.
            """;
        Examples = [("Give a principal a new password", "admin principal reset APP_ID -o json")];
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct) =>
        JsonSerializer.SerializeToNode(await server.ResetPrincipalAsync(ReadAppId(parse), ct), WireJson.Wire.PrincipalCredentials);
}
