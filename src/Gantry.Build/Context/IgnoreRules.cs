namespace Gantry.Build.Context;

/// <summary>A <c>.dockerignore</c> file: which paths of a context do not belong to it. The last rule that matches decides.</summary>
public sealed class IgnoreRules
{
    public const string FileName = ".dockerignore";

    public static readonly IgnoreRules None = new([]);

    private readonly List<(PathPattern Pattern, bool Includes)> _rules;

    private IgnoreRules(List<(PathPattern, bool)> rules) => _rules = rules;

    /// <summary>Whether anything is brought back, so that an ignored folder must still be looked into.</summary>
    public bool HasExceptions => _rules.Exists(rule => rule.Includes);

    /// <exception cref="FormatException">A line is not a pattern; the message names its number.</exception>
    public static IgnoreRules Parse(string text)
    {
        var rules = new List<(PathPattern, bool)>();
        var number = 0;
        foreach (var raw in text.TrimStart('\uFEFF').Split('\n'))
        {
            number++;
            if (raw.StartsWith('#'))
                continue;
            var line = raw.Trim();
            var includes = line.StartsWith('!');
            if (includes)
                line = line[1..].Trim();
            var pattern = Clean(line);
            if (pattern.Length == 0)
                continue;
            try
            {
                rules.Add((PathPattern.Parse(pattern), includes));
            }
            catch (FormatException e)
            {
                throw new FormatException($"{FileName}:{number}: {e.Message}", e);
            }
        }
        return new IgnoreRules(rules);
    }

    /// <summary>These rules, and others after them, which therefore decide where both match.</summary>
    public IgnoreRules Then(IgnoreRules later) => new([.. _rules, .. later._rules]);

    /// <summary>These rules, and files at the root that are ignored whatever the rules say.</summary>
    public IgnoreRules Without(params ReadOnlySpan<string> names)
    {
        var rules = new List<(PathPattern, bool)>(_rules);
        foreach (var name in names)
            rules.Add((PathPattern.Parse(PathPattern.Escape(name)), false));
        return new IgnoreRules(rules);
    }

    /// <summary>Whether the context is without this path. A rule that matches a folder matches what is in it.</summary>
    /// <param name="path">Relative to the context, between slashes.</param>
    public bool Ignores(string path)
    {
        var ignored = false;
        foreach (var (pattern, includes) in _rules)
        {
            if (ignored == includes && pattern.MatchesWithParents(path))
                ignored = !includes;
        }
        return ignored;
    }

    /// <summary>The pattern without what does not matter: slashes around it, dots, and steps up that cannot leave the root.</summary>
    private static string Clean(string line)
    {
        var names = new List<string>();
        foreach (var name in line.Split('/'))
        {
            if (name == ".." && names.Count > 0)
                names.RemoveAt(names.Count - 1);
            else if (name is not ("" or "." or ".."))
                names.Add(name);
        }
        return string.Join('/', names);
    }
}
