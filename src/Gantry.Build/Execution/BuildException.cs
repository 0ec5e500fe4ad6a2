namespace Gantry.Build.Execution;

/// <summary>A build that cannot go on, for a reason that its author can mend. The message is a sentence for the log.</summary>
public sealed class BuildException : Exception
{
    public BuildException(string message)
        : base(message)
    {
    }

    public BuildException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
