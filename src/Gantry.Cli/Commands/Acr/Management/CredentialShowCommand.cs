using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Acr.Management;

internal sealed class CredentialShowCommand : CredentialCommand
{
    [SetsRequiredMembers]
    public CredentialShowCommand(CommandContext context)
        : base(context, "show", "Show what the admin user signs in with")
    {
        Examples = [("Show the admin user", "acr credential show -n myregistry")];
    }

    protected override async Task<JsonNode?> ExecuteAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct)
    {
        await DemandAdminAsync(registry, parse, ct);
        return RegistryJson.Of(await registry.ListCredentialsAsync(ct));
    }
}
