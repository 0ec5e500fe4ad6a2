using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Admin.Federation;

internal sealed class CredentialListCommand : AdminCommand
{
    [SetsRequiredMembers]
    public CredentialListCommand(CommandContext context)
        : base(context, "list", "List what outside tokens stand for a service principal", ArgumentRule.Exactly(1, "APP_ID", "the application id of the service principal"), AzFormat.Json)
    {
    }

    protected override async Task<JsonNode?> ExecuteAsync(AdminClient server, ParseResult parse, CancellationToken ct) =>
        new JsonArray([.. (await server.ListFederatedCredentialsAsync(ReadAppId(parse), ct)).Select(credential => JsonSerializer.SerializeToNode(credential, WireJson.Wire.FederatedCredentialDescription))]);
}
