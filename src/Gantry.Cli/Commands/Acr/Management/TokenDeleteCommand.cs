using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Client.Acr;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class TokenDeleteCommand : ManagementCommand
{
    private readonly Option<string?> _name = Flag.Text("--name", "NAME", "the token", "-n");

    private readonly Option<bool> _yes = Flag.Switch("--yes", "do not ask", "-y");

    [SetsRequiredMembers]
    public TokenDeleteCommand(CommandContext context)
        : base(context, "delete", "Delete a token")
    {
        Examples = [("Delete a token without being asked", "acr token delete -r myregistry -n MyToken --yes")];
        Add(_name);
        Add(_yes);
        Required = [_name, Registry.Name];
    }

    protected override async Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct)
    {
        var name = parse.GetValue(_name)!;
        if (!parse.GetValue(_yes))
            Confirmation.Ask(Context, $"Whoever signs in with the token '{Printable.Of(name)}' is shut out at once. Delete it?");
        await registry.Tokens.DeleteAsync(name, ct);
        return null;
    }
}
