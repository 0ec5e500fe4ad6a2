using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Client.Acr;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class ScopeMapDeleteCommand : ManagementCommand
{
    private readonly Option<string?> _name = Flag.Text("--name", "NAME", "the scope map", "-n");

    private readonly Option<bool> _yes = Flag.Switch("--yes", "do not ask", "-y");

    [SetsRequiredMembers]
    public ScopeMapDeleteCommand(CommandContext context)
        : base(context, "delete", "Delete a scope map")
    {
        Examples = [("Delete a scope map without being asked", "acr scope-map delete -r myregistry -n MyScopeMap --yes")];
        Add(_name);
        Add(_yes);
        Required = [_name, Registry.Name];
    }

    protected override async Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct)
    {
        var name = parse.GetValue(_name)!;
        if (!parse.GetValue(_yes))
            Confirmation.Ask(Context, $"Tokens that have the scope map '{Printable.Of(name)}' lose what it allows. Delete it?");
        await registry.ScopeMaps.DeleteAsync(name, ct);
        return null;
    }
}
