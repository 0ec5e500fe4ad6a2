using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Acr.Management;

/// <summary><c>scope-map update</c>: what is there, with what is added and without what is taken away.</summary>
internal sealed class ScopeMapUpdateCommand : ManagementCommand
{
    private readonly Option<string?> _name = Flag.Text("--name", "NAME", "the scope map", "-n");

    private readonly Option<string?> _description = Flag.Text("--description", "TEXT", "what it is for, at most 256 characters");

    private readonly ActionWords _added = new("--add-repository", "--add-gateway", "to allow", "--add");

    private readonly ActionWords _removed = new("--remove-repository", "--remove-gateway", "to allow no more", "--remove");

    [SetsRequiredMembers]
    public ScopeMapUpdateCommand(CommandContext context)
        : base(context, "update", "Change a scope map; tokens that have it follow at their next request")
    {
        Examples =
        [
            ("Allow more and less", "acr scope-map update -r myregistry -n MyScopeMap --add-repository samples/a content/write --remove-repository samples/b content/write"),
            ("Describe a map", "acr scope-map update -r myregistry -n MyScopeMap --description \"For the build\""),
        ];
        Add(_name);
        Add(_description);
        _added.AddTo(this);
        _removed.AddTo(this);
        Required = [_name, Registry.Name];
    }

    protected override IReadOnlyList<AzColumn>? Columns => ScopeMapJson.Columns;

    protected override void Check(ParseResult parse)
    {
        if (!_added.IsGiven(parse) && !_removed.IsGiven(parse) && !parse.IsGiven(_description))
            throw CommandException.WrongUsage("Nothing to update: give --add-repository, --remove-repository, --add-gateway, --remove-gateway or --description.");
        // Whether it is allowed in the end would hang on which is done first.
        var both = _added.Read(parse).Intersect(_removed.Read(parse)).ToArray();
        if (both.Length > 0)
            throw CommandException.WrongUsage($"These actions are both to be added and to be removed: {Printable.Of(string.Join(", ", both))}");
    }

    protected override async Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct)
    {
        var name = parse.GetValue(_name)!;
        IReadOnlyList<string>? actions = null;
        if (_added.IsGiven(parse) || _removed.IsGiven(parse))
        {
            var present = (await registry.ScopeMaps.GetAsync(name, ct)).Properties.Actions;
            actions = [.. present.Union(_added.Read(parse)).Except(_removed.Read(parse))];
        }
        return ScopeMapJson.Of(await registry.ScopeMaps.UpdateAsync(name, actions, parse.GetValue(_description), ct));
    }
}
