namespace Gantry.Cli.Commands.Acr;

/// <summary>Asks before something is destroyed.</summary>
internal static class Confirmation
{
    /// <exception cref="CommandException">The answer is no, or nobody is there to give one.</exception>
    public static void Ask(CommandContext context, string question)
    {
        if (!context.Terminal.InputIsTerminal)
            throw new CommandException(ExitCode.Failed, "Unable to prompt for confirmation as no tty available. Use --yes.");
        while (true)
        {
            context.Error.Write($"{question} (y/n): ");
            switch (context.ReadLine()?.Trim().ToLowerInvariant())
            {
                case "y" or "yes":
                    return;
                case null or "n" or "no":
                    throw new CommandException(ExitCode.Failed, "Operation cancelled.");
            }
        }
    }
}
