namespace Gantry.Build.Dockerfile;

/// <summary>What replacing the variables of one plan may cost altogether. A value that refers twice to the one before it doubles with each line, and a pattern is tried at every place of its value: a page of either would fill the memory or never end.</summary>
public sealed class ExpansionBudget
{
    private const long MaxCharacters = 64 * 1024 * 1024;

    /// <summary>A fraction of a second.</summary>
    private const long MaxSteps = 50_000_000;

    private long _characters = MaxCharacters;
    private long _steps = MaxSteps;

    /// <exception cref="FormatException">The values of all instructions together are too long.</exception>
    public void TakeCharacters(long count)
    {
        if ((_characters -= count) < 0)
            throw new FormatException($"the values of all instructions come to more than {MaxCharacters} characters");
    }

    /// <exception cref="FormatException">Matching patterns takes too long.</exception>
    public void TakeSteps(long count)
    {
        if ((_steps -= count) < 0)
            throw new FormatException("matching the patterns of ${…} takes too long");
    }
}
