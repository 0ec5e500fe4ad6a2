namespace Gantry.Cli;

/// <summary>What a script learns from how the program ended.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Failed for a reason that has no number of its own.</summary>
    public const int Failed = 1;

    /// <summary>The command line was wrong: unknown command or flag, malformed reference, flags that exclude each other.</summary>
    public const int Usage = 2;

    /// <summary>A tag, manifest, blob, repository or file is not there. az uses the same number.</summary>
    public const int NotFound = 3;

    /// <summary>The registry does not know us, or we may not; or the credential helper that knows us failed.</summary>
    public const int Authentication = 4;

    /// <summary>Something exists already, or a lock forbids it.</summary>
    public const int Conflict = 5;

    /// <summary>The registry could not be reached, or broke off.</summary>
    public const int Network = 6;

    /// <summary>Bytes are not what their digest or size promised, or an answer or an artifact leads to a place that is not its own.</summary>
    public const int Integrity = 7;

    /// <summary>Stopped by Ctrl-C, as shells count it.</summary>
    public const int Interrupted = 130;
}
