namespace Gantry.Cli.Commands.Admin.Archive;

/// <summary>Patterns in which <c>*</c> stands for any run of characters.</summary>
internal static class Wildcard
{
    /// <summary>In time of the product of both lengths at most: a star that failed is tried once more from the next place, and only the last one.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var (p, t, star, retry) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
                (star, retry) = (p++, t);
            else if (p < pattern.Length && pattern[p] == text[t])
                (p, t) = (p + 1, t + 1);
            else if (star >= 0)
                (p, t) = (star + 1, ++retry);
            else
                return false;
        }
        return pattern[p..].TrimStart('*').IsEmpty;
    }
}
