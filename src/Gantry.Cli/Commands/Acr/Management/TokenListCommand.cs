using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class TokenListCommand : ManagementCommand
{
    [SetsRequiredMembers]
    public TokenListCommand(CommandContext context)
        : base(context, "list", "List the tokens of a registry")
    {
        Examples = [("The tokens as a table", "acr token list -r myregistry -o table")];
    }

    protected override IReadOnlyList<AzColumn>? Columns => TokenJson.Columns;

    protected override Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct) =>
        Attributes.ListAsync(registry.Tokens.ListAsync(ct), token => TokenJson.Of(token), ct);
}
