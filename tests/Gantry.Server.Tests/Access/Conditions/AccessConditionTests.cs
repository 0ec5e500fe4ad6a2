using Gantry.Protocol.Naming;
using Gantry.Server.Access.Conditions;

namespace Gantry.Server.Tests.Access.Conditions;

public sealed class AccessConditionTests
{
    private const string Name = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]";
    private const string Read = "Microsoft.ContainerRegistry/registries/repositories/content/read";
    private const string Write = "Microsoft.ContainerRegistry/registries/repositories/content/write";

    /// <summary>As the portal writes it for "read content and metadata below backend/".</summary>
    private const string Portal = $"""
        (
         (
          !(ActionMatches'CONTENT')
          AND
          !(ActionMatches'METADATA')
         )
         OR
         (
          {Name} StringStartsWithIgnoreCase 'backend/'
         )
        )
        """;

    private static readonly string Typical = Portal
        .Replace("'CONTENT'", $"{{'{Read}'}}", StringComparison.Ordinal)
        .Replace("'METADATA'", "{'Microsoft.ContainerRegistry/registries/repositories/metadata/read'}", StringComparison.Ordinal);

    [Theory]
    [InlineData(Read, "backend/api", true)]
    [InlineData(Read, "backend/api/deep", true)]
    [InlineData(Read, "backend", false)]
    [InlineData(Read, "backendx/api", false)]
    [InlineData(Read, "frontend/api", false)]
    [InlineData(Write, "frontend/api", true)]
    [InlineData("microsoft.containerregistry/REGISTRIES/repositories/content/READ", "frontend/api", false)]
    public void The_typical_condition_of_the_portal_opens_a_prefix_whose_slash_matters(string action, string repository, bool holds)
    {
        var condition = AccessCondition.Parse(Typical);
        Assert.Equal(holds, condition.Holds(action, RepositoryName.Parse(repository)));
        Assert.Equal(Typical, condition.ToString());
    }

    [Theory]
    [InlineData("StringEquals 'a/b'", "a/b", true)]
    [InlineData("StringEquals 'A/b'", "a/b", false)]
    [InlineData("StringEqualsIgnoreCase 'A/b'", "a/b", true)]
    [InlineData("stringequalsignorecase 'A/b'", "a/b", true)]
    [InlineData("StringNotEquals 'a/b'", "a/b", false)]
    [InlineData("StringNotEqualsIgnoreCase 'A/B'", "a/c", true)]
    [InlineData("StringStartsWith 'a/'", "a/b", true)]
    [InlineData("StringStartsWith 'A/'", "a/b", false)]
    [InlineData("StringNotStartsWith 'a/'", "a/b", false)]
    [InlineData("StringNotStartsWithIgnoreCase 'A/'", "b/a", true)]
    [InlineData("StringLike 'a/*/c'", "a/b/x/c", true)]
    [InlineData("StringLike 'a/*/c'", "a/c", false)]
    [InlineData("StringLike 'a?c'", "abc", true)]
    [InlineData("StringLike 'a?c'", "ac", false)]
    [InlineData("StringLike 'a*'", "a", true)]
    [InlineData("StringLike '*'", "a", true)]
    [InlineData("""StringLike 'a\*'""", "ab", false)]
    [InlineData("""StringLike 'a\?c'""", "abc", false)]
    [InlineData("StringLike 'A*C'", "abc", false)]
    [InlineData("StringLikeIgnoreCase 'A*C'", "abc", true)]
    [InlineData("StringNotLike 'a*'", "b", true)]
    [InlineData("StringNotLikeIgnoreCase 'A*'", "ab", false)]
    [InlineData("ForAnyOfAnyValues:StringEquals {'a', 'b'}", "b", true)]
    [InlineData("ForAnyOfAnyValues:StringEquals {'a','b'}", "c", false)]
    [InlineData("ForAllOfAnyValues:StringStartsWithIgnoreCase {'A/', 'B/'}", "b/c", true)]
    [InlineData("ForAnyOfAllValues:StringLike {'a*', '*c'}", "abc", true)]
    [InlineData("ForAnyOfAllValues:StringLike {'a*', '*c'}", "ab", false)]
    [InlineData("ForAllOfAllValues:StringNotEquals {'a', 'b'}", "c", true)]
    [InlineData("ForAllOfAllValues:StringNotEquals {'a', 'b'}", "b", false)]
    [InlineData("ForAnyOfAnyValues:StringNotEquals {'a', 'b'}", "b", true)]
    [InlineData("ForAnyOfAnyValues:StringEquals 'a'", "a", true)]
    [InlineData("StringEquals {'a'}", "a", true)]
    public void A_comparison_decides_on_the_repositorys_name(string comparison, string repository, bool holds) =>
        Assert.Equal(holds, AccessCondition.Parse($"{Name} {comparison}").Holds(Read, RepositoryName.Parse(repository)));

    [Theory]
    [InlineData("ActionMatches{'*'}", true)]
    [InlineData("ActionMatches {'*/content/*'}", true)]
    [InlineData("ActionMatches{'microsoft.containerregistry/registries/repositories/*/read'}", true)]
    [InlineData("ActionMatches{'a', '*/read'}", true)]
    [InlineData("ActionMatches{'*/write'}", false)]
    [InlineData("ActionMatches{'*/content'}", false)]
    [InlineData("NOT ActionMatches{'*/write'}", true)]
    [InlineData("not(ActionMatches{'*'})", false)]
    [InlineData("!!ActionMatches{'*'}", true)]
    [InlineData("ActionMatches{'*'} && ActionMatches{'*/read'}", true)]
    [InlineData("ActionMatches{'*'} and ActionMatches{'*/write'}", false)]
    [InlineData("ActionMatches{'x'} || ActionMatches{'y'} OR ActionMatches{'*'}", true)]
    [InlineData("(ActionMatches{'x'} OR ActionMatches{'*'}) AND (ActionMatches{'*'})", true)]
    [InlineData("ActionMatches{'x'}OR(ActionMatches{'*'})", true)]
    public void Actions_are_matched_and_joined(string text, bool holds) =>
        Assert.Equal(holds, AccessCondition.Parse(text).Holds(Read, RepositoryName.Parse("a")));

    [Theory]
    [InlineData("", 1, "ActionMatches")]
    [InlineData("   ", 4, "ActionMatches")]
    [InlineData("(ActionMatches{'a'}", 20, "AND, OR or )")]
    [InlineData("ActionMatches{'a'})", 19, "the end")]
    [InlineData("ActionMatches('a')", 14, "{")]
    [InlineData("ActionMatches{}", 15, "a value")]
    [InlineData("ActionMatches{'a?'}", 16, "an action")]
    [InlineData("ActionMatches{'a'} XOR ActionMatches{'b'}", 20, "AND, OR")]
    [InlineData("ActionMatches{'a'} AND ActionMatches{'b'} OR ActionMatches{'c'}", 46, "parentheses")]
    [InlineData("ActionMatches{'a'} ANDActionMatches{'b'}", 20, "AND, OR")]
    [InlineData("SubOperationMatches{'Blob.List'}", 1, "ActionMatches")]
    [InlineData("@Resource[Microsoft.ContainerRegistry/registries/repositories:name] StringEquals 'a'", 1, "@Request")]
    [InlineData("@Request[subOperation] StringEquals 'a'", 10, "repositories:name")]
    [InlineData(Name + " NumericEquals 1", 68, "a comparison of strings")]
    [InlineData(Name + " ForAnyOfAnyValues:GuidEquals {'a'}", 68, "a comparison of strings")]
    [InlineData(Name + " ForSome:StringEquals {'a'}", 68, "a comparison of strings")]
    [InlineData(Name + " StringEqualsX 'a'", 68, "a comparison of strings")]
    [InlineData(Name + " StringStartsWith ''", 86, "not empty")]
    [InlineData(Name + " StringEquals 'a", 82, "ends with a single quote")]
    [InlineData(Name + " StringEquals \"a\"", 81, "single quotes")]
    [InlineData(Name + " StringEquals {'a','b'}", 81, "one value")]
    [InlineData(Name + " StringEqualsIgnoreCase '\u212A'", 92, "ASCII")]
    public void What_is_no_condition_is_refused_with_its_place(string text, int place, string expected)
    {
        var refusal = Assert.Throws<FormatException>(() => AccessCondition.Parse(text));
        Assert.StartsWith($"invalid condition at character {place}: expected ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.False(AccessCondition.TryParse(text, out _));
    }

    [Fact]
    public void Nesting_and_length_are_bounded()
    {
        static string Nested(int levels) => new string('(', levels) + "ActionMatches{'*'}" + new string(')', levels);

        Assert.True(AccessCondition.TryParse(Nested(AccessCondition.MaxDepth - 1), out _));
        Assert.False(AccessCondition.TryParse(Nested(AccessCondition.MaxDepth), out _));
        Assert.False(AccessCondition.TryParse(new string('!', 4000) + "ActionMatches{'*'}", out _));
        Assert.True(AccessCondition.TryParse("ActionMatches{'*'}".PadRight(AccessCondition.MaxLength), out _));
        Assert.Contains("8192", Assert.Throws<FormatException>(() => AccessCondition.Parse("ActionMatches{'*'}".PadRight(AccessCondition.MaxLength + 1))).Message, StringComparison.Ordinal);
        Assert.False(AccessCondition.TryParse(null, out _));
    }

    [Theory]
    [InlineData(Name + " StringEquals 'a'")]
    [InlineData(Name + " StringNotEquals 'a'")]
    [InlineData("!(" + Name + " StringEquals 'a')")]
    [InlineData("!(" + Name + " StringEquals 'a') AND ActionMatches{'*'}")]
    [InlineData("Exists " + Name)]
    public void A_request_without_a_repository_is_opened_by_no_comparison_not_even_a_negated_one(string text)
    {
        Assert.False(AccessCondition.Parse(text).Holds(Read, default));
        Assert.True(AccessCondition.Parse($"({text}) OR ActionMatches{{'*'}}").Holds(Read, default));
        Assert.True(AccessCondition.Parse($"NOT Exists {Name}").Holds(Read, default));
    }

    [Fact]
    public void An_explanation_names_the_tests_that_decided()
    {
        var condition = AccessCondition.Parse(Typical);
        Assert.Equal($"the condition holds: {Name} StringStartsWithIgnoreCase 'backend/' is true", condition.Explain(Read, RepositoryName.Parse("backend/a")));
        Assert.Equal(
            $"the condition does not hold: ActionMatches{{'{Read}'}} is true, {Name} StringStartsWithIgnoreCase 'backend/' is false",
            condition.Explain(Read, RepositoryName.Parse("other")));
        Assert.Contains("undecided, because the request names no repository", condition.Explain(Read, default), StringComparison.Ordinal);
        Assert.StartsWith("the condition holds: ActionMatches", condition.Explain(Write, RepositoryName.Parse("other")), StringComparison.Ordinal);

        var many = AccessCondition.Parse(string.Join(" OR ", Enumerable.Range(0, 20).Select(i => $"ActionMatches{{'x{i}'}}")));
        Assert.EndsWith("and 12 more", many.Explain(Read, default), StringComparison.Ordinal);
    }

    [Fact]
    public void Deciding_allocates_nothing()
    {
        var condition = AccessCondition.Parse(Typical);
        var repository = RepositoryName.Parse("backend/api");
        for (var i = 0; i < 100; i++)
            Assert.True(condition.Holds(Read, repository));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            _ = condition.Holds(Read, repository);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_pattern_full_of_stars_ends()
    {
        var pattern = string.Concat(Enumerable.Repeat("*a", 4000)) + "b";
        Assert.False(AccessCondition.Parse($"{Name} StringLike '{pattern}'").Holds(Read, RepositoryName.Parse(new string('a', 255))));
    }
}
