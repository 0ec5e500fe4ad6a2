using System.CommandLine;

namespace Gantry.Cli.Commands.Az;

/// <summary><c>az --version</c>: says that this is Gantry and not the Azure CLI.</summary>
internal sealed class AzVersionCommand : Command
{
    public AzVersionCommand(CommandContext context)
        : base("version", "Show the version") => SetAction(_ =>
        {
            context.Out.WriteLine($"gantry                            {VersionCommand.Current}");
            context.Out.WriteLine();
            context.Out.WriteLine("This is Gantry, which speaks the part of az's grammar that a registry needs:");
            context.Out.WriteLine("login, logout, account show and acr. It is not the Azure CLI.");
        });
}
