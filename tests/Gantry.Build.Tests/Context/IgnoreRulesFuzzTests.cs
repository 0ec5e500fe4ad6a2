using Gantry.Build.Context;
using Gantry.Testing;

namespace Gantry.Build.Tests.Context;

/// <summary>The matcher against the plainest reading of the rules, which tries everything and remembers nothing.</summary>
public sealed class IgnoreRulesFuzzTests
{
    private static readonly string[] PatternPieces = ["a", "b", "*", "?", "[ab]", "[^a]", "[a-c]", "\\*", "**", "/", "/", "c", "ab"];
    private static readonly string[] Names = ["a", "b", "c", "ab", "ba", "abc", "*", "a.b"];

    [Fact]
    public void Every_path_is_judged_as_the_rules_read()
    {
        var random = new Seeded(20261121);
        var ignored = 0;
        for (var i = 0; i < 30_000; i++)
        {
            var rules = Enumerable.Range(0, 1 + random.Below(3)).Select(_ => (random.Below(3) == 0 ? "!" : "") + random.Text(PatternPieces, 6)).ToList();
            var path = string.Join('/', Enumerable.Range(0, 1 + random.Below(4)).Select(_ => random.Of(Names)));
            var expected = Naive(rules, path);
            Assert.True(IgnoreRules.Parse(string.Join('\n', rules)).Ignores(path) == expected, $"rules {string.Join(" ; ", rules)} path {path}: expected {expected}");
            ignored += expected ? 1 : 0;
        }
        Assert.InRange(ignored, 3_000, 27_000);
    }

    [Fact]
    public void Any_text_is_rules_or_a_format_error()
    {
        var random = new Seeded(7);
        string[] pieces = [.. PatternPieces, "[", "]", "\\", "-", "^", "!", "#", " ", "\n", "\r", "..", ".", "é", "\0"];
        for (var i = 0; i < 30_000; i++)
        {
            try
            {
                IgnoreRules.Parse(random.Text(pieces, 12)).Ignores("a/b/c");
            }
            catch (FormatException e)
            {
                Assert.StartsWith(".dockerignore:", e.Message, StringComparison.Ordinal);
            }
        }
    }

    private static bool Naive(List<string> rules, string path)
    {
        var ignored = false;
        foreach (var rule in rules)
        {
            var names = rule.TrimStart('!').Split('/', StringSplitOptions.RemoveEmptyEntries).ToList();
            if (names.Count == 0)
                continue;
            var parts = path.Split('/');
            if (Enumerable.Range(1, parts.Length).Any(length => Path(names, [.. parts[..length]])))
                ignored = !rule.StartsWith('!');
        }
        return ignored;
    }

    private static bool Path(List<string> pattern, List<string> path)
    {
        if (pattern.Count == 0)
            return path.Count == 0;
        if (pattern[0] == "**")
            return Enumerable.Range(0, path.Count + 1).Any(skip => Path(pattern[1..], path[skip..]));
        return path.Count > 0 && Name(pattern[0], path[0]) && Path(pattern[1..], path[1..]);
    }

    /// <summary>Knows the elements that <see cref="PatternPieces"/> has.</summary>
    private static bool Name(string pattern, string name)
    {
        if (pattern.Length == 0)
            return name.Length == 0;
        if (pattern[0] == '*')
            return Enumerable.Range(0, name.Length + 1).Any(skip => Name(pattern[1..], name[skip..]));
        if (name.Length == 0)
            return false;
        var (matches, length) = pattern switch
        {
            ['?', ..] => (true, 1),
            ['[', '^', ..] => (name[0] != 'a', 4),
            ['[', 'a', '-', ..] => (name[0] is >= 'a' and <= 'c', 5),
            ['[', ..] => (name[0] is 'a' or 'b', 4),
            ['\\', ..] => (name[0] == pattern[1], 2),
            _ => (name[0] == pattern[0], 1),
        };
        return matches && Name(pattern[length..], name[1..]);
    }
}
