using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Gantry.Cli.Output.Az;
using Gantry.Client.Acr;

namespace Gantry.Cli.Commands.Acr.Management;

/// <summary>A command about the admin user of a registry.</summary>
internal abstract class CredentialCommand : ManagementCommand
{
    [SetsRequiredMembers]
    protected CredentialCommand(CommandContext context, string name, string summary)
        : base(context, name, summary, "--name", "-n")
    {
    }

    protected override IReadOnlyList<AzColumn>? Columns => RegistryJson.CredentialColumns;

    /// <exception cref="CommandException">The registry has no admin user.</exception>
    protected async Task DemandAdminAsync(RegistryManagement registry, ParseResult parse, CancellationToken ct)
    {
        if (!(await registry.GetAsync(ct)).Properties.AdminUserEnabled)
            throw new CommandException(ExitCode.Failed, "The registry has no admin user.") { Advice = $"To have one: acr update -n {Given(parse)} --admin-enabled true" };
    }
}
