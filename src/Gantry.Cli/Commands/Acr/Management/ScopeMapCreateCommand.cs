using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class ScopeMapCreateCommand : ManagementCommand
{
    private readonly Option<string?> _name = Flag.Text("--name", "NAME", "the scope map", "-n");

    private readonly Option<string?> _description = Flag.Text("--description", "TEXT", "what it is for, at most 256 characters");

    private readonly ActionWords _actions = new("--repository", "--gateway", "it allows");

    [SetsRequiredMembers]
    public ScopeMapCreateCommand(CommandContext context)
        : base(context, "create", "Make a scope map: a set of actions that tokens can be given")
    {
        Examples =
        [
            ("A map that reads one repository and writes another", "acr scope-map create -r myregistry -n MyScopeMap --repository samples/a content/read --repository samples/b content/read content/write"),
            ("One that reads whatever lies below a prefix", "acr scope-map create -r myregistry -n readers --repository 'samples/*' content/read --description \"Readers of the samples\""),
        ];
        Add(_name);
        Add(_description);
        _actions.AddTo(this);
        Required = [_name, Registry.Name];
    }

    protected override IReadOnlyList<AzColumn>? Columns => ScopeMapJson.Columns;

    protected override void Check(ParseResult parse) => _actions.Read(parse);

    protected override async Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct) =>
        ScopeMapJson.Of(await registry.ScopeMaps.CreateAsync(parse.GetValue(_name)!, _actions.Read(parse), parse.GetValue(_description), ct));
}
