namespace Gantry.Cli;

/// <summary>A command ends in failure, with a message for people and a number for scripts.</summary>
internal sealed class CommandException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>What stands before the message: who says it.</summary>
    public string Heading { get; init; } = "Error:";

    /// <summary>The message has lines of its own, made by us: a place in a Dockerfile is shown.</summary>
    public bool HasLines { get; init; }

    /// <summary>How the command is written; null when that would not help.</summary>
    public string? Usage { get; init; }

    /// <summary>One line that says what to do instead; null when nothing is known.</summary>
    public string? Advice { get; init; }

    /// <summary>The command line was wrong.</summary>
    public static CommandException WrongUsage(string message, string? advice = null) => new(Cli.ExitCode.Usage, message) { Advice = advice };

    /// <summary>A registry refused, in oras's words.</summary>
    public const string FromRegistry = "Error response from registry:";

    public static CommandException NotFound(string message, string? advice = null) => new(Cli.ExitCode.NotFound, message) { Advice = advice };
}
