namespace Gantry.Server.Access.Conditions;

/// <summary>Patterns with <c>*</c> for any characters (slashes too), <c>?</c> for one, and a backslash before what is meant literally.</summary>
internal static class Wildcard
{
    /// <remarks>
    /// Only the last star is ever moved: an earlier one that matched less can be followed by nothing that the last does not reach too.
    /// So the time is the product of the lengths at worst, whatever the pattern.
    /// </remarks>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text, bool ignoreCase)
    {
        int p = 0, t = 0, star = -1, mark = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = t;
                continue;
            }
            if (TryStep(pattern, ref p, text[t], ignoreCase))
            {
                t++;
                continue;
            }
            if (star < 0)
                return false;
            p = star + 1;
            t = ++mark;
        }
        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }

    /// <summary>Moves over one element of the pattern if the character is what it stands for.</summary>
    private static bool TryStep(ReadOnlySpan<char> pattern, ref int at, char c, bool ignoreCase)
    {
        if (at == pattern.Length)
            return false;
        if (pattern[at] == '?')
        {
            at++;
            return true;
        }
        var escaped = pattern[at] == '\\' && at + 1 < pattern.Length && pattern[at + 1] is '*' or '?' or '\\' ? 1 : 0;
        var expected = pattern[at + escaped];
        if (expected != c && !(ignoreCase && char.ToUpperInvariant(expected) == char.ToUpperInvariant(c)))
            return false;
        at += escaped + 1;
        return true;
    }
}
