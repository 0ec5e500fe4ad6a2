using System.Text;

namespace Gantry.Build.Dockerfile;

/// <summary>Patterns of <c>${name#pattern}</c> and its kin: <c>*</c> is any text, <c>?</c> one character, a backslash frees the next.</summary>
internal static class ShellPattern
{
    /// <summary>The value without its shortest or longest prefix or suffix that matches.</summary>
    public static string Trim(string value, string pattern, bool fromStart, bool longest, ExpansionBudget budget)
    {
        var found = -1;
        for (var length = 0; length <= value.Length; length++)
        {
            var candidate = fromStart ? value.AsSpan(0, length) : value.AsSpan(value.Length - length);
            if (!Matches(candidate, pattern, budget))
                continue;
            found = length;
            if (!longest)
                break;
        }
        return found < 0 ? value : fromStart ? value[found..] : value[..^found];
    }

    /// <summary>The value with the first, or every, longest match replaced. An empty match replaces nothing.</summary>
    public static string Replace(string value, string pattern, string replacement, bool every, ExpansionBudget budget)
    {
        var output = new StringBuilder(value.Length);
        var at = 0;
        while (at < value.Length)
        {
            var length = LongestMatch(value.AsSpan(at), pattern, budget);
            if (length == 0)
            {
                output.Append(value[at++]);
                continue;
            }
            budget.TakeCharacters(replacement.Length);
            output.Append(replacement);
            at += length;
            if (!every)
                break;
        }
        return output.Append(value, at, value.Length - at).ToString();
    }

    private static int LongestMatch(ReadOnlySpan<char> text, string pattern, ExpansionBudget budget)
    {
        // Without a star only one length can match, which keeps the usual case linear.
        var most = pattern.Contains('*', StringComparison.Ordinal) ? text.Length : Math.Min(text.Length, pattern.Length);
        for (var length = most; length > 0; length--)
        {
            if (Matches(text[..length], pattern, budget))
                return length;
        }
        return 0;
    }

    /// <summary>Whether the whole text matches. One star is remembered at a time, so the cost is at most the product of the lengths.</summary>
    public static bool Matches(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern, ExpansionBudget budget)
    {
        var (t, p, starAt, resumeAt) = (0, 0, -1, 0);
        budget.TakeSteps(1);
        while (t < text.Length)
        {
            budget.TakeSteps(1);
            if (p < pattern.Length && pattern[p] == '*')
            {
                starAt = p++;
                resumeAt = t;
                continue;
            }
            var literal = p < pattern.Length && pattern[p] == '\\' && p + 1 < pattern.Length;
            var at = literal ? p + 1 : p;
            if (at < pattern.Length && (pattern[at] == text[t] || (!literal && pattern[at] == '?')))
            {
                t++;
                p = at + 1;
            }
            else if (starAt >= 0)
            {
                p = starAt + 1;
                t = ++resumeAt;
            }
            else
                return false;
        }
        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }
}
