using System.CommandLine;

namespace Gantry.Cli.Commands.Az;

/// <summary>A command of az that is not done here: whatever its arguments, it says what to do instead and fails.</summary>
internal sealed class AdviceCommand : Command
{
    public AdviceCommand(string name, string message, string? advice = null)
        : base(name, message)
    {
        TreatUnmatchedTokensAsErrors = false;
        SetAction((_, _) => Task.FromException<int>(new CommandException(ExitCode.Failed, message) { Advice = advice }));
    }
}
