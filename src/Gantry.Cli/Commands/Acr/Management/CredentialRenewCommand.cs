using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Options;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class CredentialRenewCommand : CredentialCommand
{
    private readonly Option<string?> _password = Choice.Of<string?>("--password-name", null, "the password to replace", [("password", "password"), ("password2", "password2")]);

    [SetsRequiredMembers]
    public CredentialRenewCommand(CommandContext context)
        : base(context, "renew", "Replace a password of the admin user; the old one ends at once")
    {
        Examples = [("Replace the second password", "acr credential renew -n myregistry --password-name password2")];
        Add(_password);
        Required = [Registry.Name, _password];
    }

    protected override async Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct)
    {
        await DemandAdminAsync(registry, parse, ct);
        return RegistryJson.Of(await registry.RegenerateCredentialAsync(parse.GetValue(_password)!, ct));
    }
}
