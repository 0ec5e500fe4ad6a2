using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;
using Gantry.Protocol;
using Gantry.Protocol.Arm;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class TokenCredentialDeleteCommand : ManagementCommand
{
    private readonly Option<string?> _name = Flag.Text("--name", "NAME", "the token", "-n");

    private readonly Option<bool> _first = Flag.Switch("--password1", "delete the first password");

    private readonly Option<bool> _second = Flag.Switch("--password2", "delete the second password");

    [SetsRequiredMembers]
    public TokenCredentialDeleteCommand(CommandContext context)
        : base(context, "delete", "Delete passwords of a token; nobody signs in with them any more")
    {
        Examples = [("Delete the first password", "acr token credential delete -r myregistry -n MyToken --password1")];
        foreach (var option in (ReadOnlySpan<Option>)[_name, _first, _second])
            Add(option);
        Required = [_name, Registry.Name];
    }

    protected override IReadOnlyList<AzColumn>? Columns => TokenJson.Columns;

    protected override void Check(ParseResult parse)
    {
        if (!parse.GetValue(_first) && !parse.GetValue(_second))
            throw CommandException.WrongUsage("Nothing to delete: give --password1, --password2 or both.");
    }

    protected override async Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct)
    {
        var name = parse.GetValue(_name)!;
        var present = (await registry.Tokens.GetAsync(name, ct)).Properties.Credentials;
        var staying = present.Passwords.Select(password => password.Name).ToList();
        foreach (var (flag, password) in (ReadOnlySpan<(Option<bool>, string)>)[(_first, "password1"), (_second, "password2")])
        {
            if (parse.GetValue(flag) && !staying.Remove(password))
                throw CommandException.NotFound($"The token '{Printable.Of(name)}' has no {password}.");
        }
        // The wire says what stays, by name alone.
        var credentials = new TokenCredentials { Passwords = [.. staying.Select(password => new TokenPassword { Name = password })] };
        return TokenJson.Of(await registry.Tokens.UpdateAsync(name, new TokenPropertiesRequest { Credentials = credentials }, ct));
    }
}
