using Gantry.Protocol.Naming;
using Gantry.Server.Access;
using Gantry.Server.Access.Conditions;
using Gantry.Testing;

namespace Gantry.Server.Tests.Access.Conditions;

/// <summary>Conditions that are made together with their meaning, and conditions that are none.</summary>
public sealed class ConditionPropertyTests
{
    private const string Name = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]";

    private static readonly string[] Repositories = ["a", "a/b", "a/b/c", "ab", "b", "backend/api", "backend"];
    private static readonly string[] Actions = ["x/content/read", "x/content/write", "x/metadata/read"];

    private static readonly string[] Pieces =
    [
        "(", ")", "!", "NOT ", " AND ", " OR ", "&&", "||", "{", "}", ",", "'a'", "'*'", "''", "'", " ", "\n", "ActionMatches", "ActionMatches{'*'}",
        "Exists ", Name, "@Request", "[", "]", "StringEquals", "StringLike 'a*'", "ForAnyOfAnyValues:", ":", "\\", "é", "\0",
    ];

    [Fact]
    public void A_condition_means_what_it_was_made_to_mean() => Seeded.Rounds(601, 4000, random =>
    {
        var (text, meaning) = Make(random, 4);
        var condition = AccessCondition.Parse(text);
        foreach (var repository in Repositories)
        {
            foreach (var action in Actions)
            {
                var holds = meaning(action, repository);
                Assert.True(holds == condition.Holds(action, RepositoryName.Parse(repository)), $"{text} on {action}, {repository}");
                Assert.StartsWith(holds ? "the condition holds: " : "the condition does not hold: ", condition.Explain(action, RepositoryName.Parse(repository)), StringComparison.Ordinal);
            }
        }
        Assert.Equal(text, condition.ToString());
    });

    [Fact]
    public void Whatever_is_written_is_read_or_refused_in_a_sentence() => Seeded.Rounds(602, 20_000, random =>
    {
        var text = random.OneIn(2) ? random.Text(Pieces, 14) : Damaged(random);
        var read = AccessCondition.TryParse(text, out var condition);
        if (read)
        {
            _ = condition!.Holds("x/content/read", RepositoryName.Parse("a/b"));
            _ = condition.Explain("x/content/read", default);
            Assert.Equal(text, AccessCondition.Parse(text).ToString());
        }
        else
        {
            Assert.StartsWith("invalid condition", Assert.Throws<FormatException>(() => AccessCondition.Parse(text)).Message, StringComparison.Ordinal);
        }
    });

    [Fact]
    public void Words_of_comparison_are_read_or_refused() => Seeded.Rounds(603, 5000, random =>
    {
        var word = random.Text(["String", "Not", "Equals", "StartsWith", "Like", "IgnoreCase", "ForAnyOfAnyValues", "ForAllOfAllValues", ":", "x"], 5);
        if (NameComparison.TryParse(word, out var comparison) && !comparison.TakesList)
            Assert.Equal(comparison.IgnoreCase, word.EndsWith("IgnoreCase", StringComparison.Ordinal));
    });

    [Fact]
    public void Scope_map_actions_are_read_or_refused_in_a_sentence() => Seeded.Rounds(604, 10_000, random =>
    {
        var text = random.Text(["repositories", "gateway", "/", "/", "content", "metadata", "read", "write", "delete", "config", "*", "a", "a/b", "A", "..", " ", "\n"], 9);
        var pattern = random.Text(["*", "/", "a", "b/", "-", ".", "/*"], 5);
        if (GrantPlace.TryParse(pattern, out var parsed) && !parsed.IsEverywhere)
            Assert.Equal(pattern, parsed.ToString());
        if (ScopeMapActions.TryParse([text, "repositories/*/content/read"], out var map))
            Assert.Equal(text, ScopeMapActions.Parse([text]).Actions[0]);
        else
            Assert.StartsWith("invalid scope map action \"", Assert.Throws<FormatException>(() => ScopeMapActions.Parse([text])).Message, StringComparison.Ordinal);
        Assert.NotEqual(map is null, map?.Grants.Any(grant => (grant.Rights & Rights.ContentRead) != Rights.None && grant.Place.Covers(RepositoryName.Parse("z"))) is true);
    });

    [Fact]
    public void A_pattern_matches_what_its_letters_say() => Seeded.Rounds(605, 4000, random =>
    {
        var pattern = random.Text(["a", "b", "/", "*", "?", "A"], 8);
        var name = random.Text(["a", "b", "/"], 8);
        Assert.True(Plainly(pattern, name) == Wildcard.Matches(pattern, name, ignoreCase: false), $"{pattern} on {name}");
        Assert.True(Plainly(pattern.ToLowerInvariant(), name) == Wildcard.Matches(pattern, name, ignoreCase: true), $"{pattern} on {name} in any case");
    });

    /// <summary>The same by trying everything.</summary>
    private static bool Plainly(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name) => pattern switch
    {
        [] => name.IsEmpty,
        ['*', .. var rest] => Plainly(rest, name) || (!name.IsEmpty && Plainly(pattern, name[1..])),
        ['?', .. var rest] => !name.IsEmpty && Plainly(rest, name[1..]),
        [var letter, .. var rest] => !name.IsEmpty && name[0] == letter && Plainly(rest, name[1..]),
    };

    private static (string Text, Func<string, string, bool> Meaning) Make(Seeded random, int depth)
    {
        if (depth == 0 || random.OneIn(4))
            return Test(random);
        if (random.OneIn(4))
        {
            var (text, meaning) = Make(random, depth - 1);
            return (random.Of("!", "NOT ", "! ") + $"({text})", (action, name) => !meaning(action, name));
        }
        var every = random.OneIn(2);
        var parts = Enumerable.Range(0, 2 + random.Below(2)).Select(_ => Make(random, depth - 1)).ToList();
        var joiner = every ? random.Of(" AND ", "&&", "\nand\n") : random.Of(" OR ", "||", "\tor ");
        return (string.Join(joiner, parts.Select(part => $"({part.Text})")),
            (action, name) => every ? parts.All(part => part.Meaning(action, name)) : parts.Any(part => part.Meaning(action, name)));
    }

    private static (string Text, Func<string, string, bool> Meaning) Test(Seeded random)
    {
        if (random.OneIn(3))
        {
            var end = random.Of("/read", "/write");
            return ($"ActionMatches{{'*{end}'}}", (action, _) => action.EndsWith(end, StringComparison.Ordinal));
        }
        var value = random.Of(Repositories) + random.Of("", "/");
        var not = random.OneIn(3);
        var word = $"{random.Of("", "ForAnyOfAnyValues:")}String{(not ? "Not" : "")}";
        return random.OneIn(2)
            ? ($"{Name} {word}StartsWith '{value}'", (_, name) => name.StartsWith(value, StringComparison.Ordinal) != not)
            : ($"{Name} {word}LikeIgnoreCase '{value.ToUpperInvariant()}*'", (_, name) => name.StartsWith(value, StringComparison.Ordinal) != not);
    }

    private static string Damaged(Seeded random)
    {
        var (text, _) = Make(random, 3);
        var at = random.Below(text.Length);
        return random.OneIn(2) ? text.Remove(at, 1 + random.Below(Math.Min(4, text.Length - at))) : text.Insert(at, random.Of(Pieces));
    }
}
