using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class TokenShowCommand : ManagementCommand
{
    private readonly Option<string?> _name = Flag.Text("--name", "NAME", "the token", "-n");

    [SetsRequiredMembers]
    public TokenShowCommand(CommandContext context)
        : base(context, "show", "Show a token")
    {
        Examples = [("Show a token", "acr token show -r myregistry -n MyToken")];
        Add(_name);
        Required = [_name, Registry.Name];
    }

    protected override IReadOnlyList<AzColumn>? Columns => TokenJson.Columns;

    protected override async Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct) =>
        TokenJson.Of(await registry.Tokens.GetAsync(parse.GetValue(_name)!, ct));
}
