using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol.Arm;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class TokenUpdateCommand : ManagementCommand
{
    private readonly Option<string?> _name = Flag.Text("--name", "NAME", "the token", "-n");

    private readonly Option<string?> _scopeMap = Flag.Text("--scope-map", "NAME", "the scope map whose actions it has from now on");

    private readonly Option<string?> _status = Choice.Of<string?>(
        "--status", null, "whether it can be used", [(PolicyStates.Enabled, PolicyStates.Enabled), (PolicyStates.Disabled, PolicyStates.Disabled)]);

    [SetsRequiredMembers]
    public TokenUpdateCommand(CommandContext context)
        : base(context, "update", "Give a token another scope map, or enable or disable it")
    {
        Details = "What is not given stays as it is. (az enables a token again whenever --status is left out.)";
        Examples =
        [
            ("Shut a token out", "acr token update -r myregistry -n MyToken --status disabled"),
            ("Give it other actions", "acr token update -r myregistry -n MyToken --scope-map MyNewScopeMap"),
        ];
        foreach (var option in (ReadOnlySpan<Option>)[_name, _scopeMap, _status])
            Add(option);
        Required = [_name, Registry.Name];
    }

    protected override IReadOnlyList<AzColumn>? Columns => TokenJson.Columns;

    protected override void Check(ParseResult parse)
    {
        if (!parse.IsGiven(_scopeMap) && !parse.IsGiven(_status))
            throw CommandException.WrongUsage("Nothing to update: give --scope-map or --status.");
    }

    protected override async Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct)
    {
        var map = parse.GetValue(_scopeMap) is { } name ? registry.ScopeMaps.IdOf(name) : null;
        return TokenJson.Of(await registry.Tokens.UpdateAsync(parse.GetValue(_name)!, new TokenPropertiesRequest { ScopeMapId = map, Status = parse.GetValue(_status) }, ct));
    }
}
