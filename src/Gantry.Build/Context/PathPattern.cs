namespace Gantry.Build.Context;

/// <summary>Go's <c>filepath.Match</c>, which the Dockerfile reference prescribes: <c>* ? [a-z] [^a-z] \c</c> inside one name, and <c>**</c> for any number of names where a file of ignore rules uses it.</summary>
public sealed class PathPattern
{
    private readonly string[] _names;

    private PathPattern(string[] names) => _names = names;

    /// <summary>Whether the text has anything but plain names.</summary>
    public static bool HasWildcard(string text) => text.AsSpan().ContainsAny("*?[\\");

    /// <summary>The pattern that matches a name and nothing else.</summary>
    public static string Escape(string name)
    {
        var escaped = new System.Text.StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (c is '*' or '?' or '[' or '\\')
                escaped.Append('\\');
            escaped.Append(c);
        }
        return escaped.ToString();
    }

    /// <param name="text">Names between slashes.</param>
    /// <exception cref="FormatException">A class is not closed, or an escape has nothing to free.</exception>
    public static PathPattern Parse(string text)
    {
        var pattern = new PathPattern(text.Split('/'));
        foreach (var name in pattern._names)
        {
            for (var p = 0; name != "**" && p < name.Length;)
                MatchOne(name, ref p, '\0');
        }
        return pattern;
    }

    /// <summary>Whether the whole path matches.</summary>
    public bool Matches(string path) => Matches(_names, path.Split('/'));

    /// <summary>Whether a path matches, or one of the folders it is in does.</summary>
    public bool MatchesWithParents(string path)
    {
        var names = path.Split('/');
        for (var length = 1; length <= names.Length; length++)
        {
            if (Matches(_names, names.AsSpan(0, length)))
                return true;
        }
        return false;
    }

    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> path)
    {
        // One star of stars is remembered at a time, so a hostile pattern costs a product, not a power.
        var (t, p, starAt, resumeAt) = (0, 0, -1, 0);
        while (t < path.Length)
        {
            if (p < pattern.Length && pattern[p] == "**")
            {
                starAt = p++;
                resumeAt = t;
            }
            else if (p < pattern.Length && MatchName(pattern[p], path[t]))
            {
                t++;
                p++;
            }
            else if (starAt >= 0)
            {
                p = starAt + 1;
                t = ++resumeAt;
            }
            else
                return false;
        }
        while (p < pattern.Length && pattern[p] == "**")
            p++;
        return p == pattern.Length;
    }

    private static bool MatchName(string pattern, string name)
    {
        var (t, p, starAt, resumeAt) = (0, 0, -1, 0);
        while (t < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                starAt = p++;
                resumeAt = t;
                continue;
            }
            var next = p;
            if (p < pattern.Length && MatchOne(pattern, ref next, name[t]))
            {
                p = next;
                t++;
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

    /// <summary>One element of a pattern against one character; leaves <paramref name="p"/> behind the element.</summary>
    private static bool MatchOne(string pattern, ref int p, char c)
    {
        switch (pattern[p])
        {
            case '?':
                p++;
                return true;
            case '[':
                return MatchClass(pattern, ref p, c);
            case '\\':
                if (++p >= pattern.Length)
                    throw Bad(pattern);
                return pattern[p++] == c;
            default:
                return pattern[p++] == c;
        }
    }

    private static bool MatchClass(string pattern, ref int p, char c)
    {
        p++;
        var negated = p < pattern.Length && pattern[p] == '^';
        if (negated)
            p++;
        var matched = false;
        for (var count = 0; ; count++)
        {
            if (p < pattern.Length && pattern[p] == ']' && count > 0)
            {
                p++;
                return matched != negated;
            }
            var low = ClassCharacter(pattern, ref p);
            var high = low;
            if (p < pattern.Length && pattern[p] == '-')
            {
                p++;
                high = ClassCharacter(pattern, ref p);
            }
            matched |= low <= c && c <= high;
        }
    }

    private static char ClassCharacter(string pattern, ref int p)
    {
        if (p < pattern.Length && pattern[p] == '\\')
            p++;
        else if (p < pattern.Length && pattern[p] is '-' or ']')
            throw Bad(pattern);
        // A class must still be closed after its last character.
        return p < pattern.Length - 1 ? pattern[p++] : throw Bad(pattern);
    }

    private static FormatException Bad(string pattern) => new($"\"{Protocol.Printable.Of(pattern)}\" is not a pattern: a class [ ] is not closed, or a backslash ends it");
}
