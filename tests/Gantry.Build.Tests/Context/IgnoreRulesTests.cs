using Gantry.Build.Context;

namespace Gantry.Build.Tests.Context;

public sealed class IgnoreRulesTests
{
    [Theory]
    [InlineData("*.md\n!README.md", "CHANGES.md", true)]
    [InlineData("*.md\n!README.md", "README.md", false)]
    [InlineData("*.md\n!README.md\nREADME.md", "README.md", true)]
    [InlineData("*.md", "docs/a.md", false)]
    [InlineData("**/*.md", "docs/deep/a.md", true)]
    [InlineData("**/*.md", "a.md", true)]
    [InlineData("docs", "docs/deep/a.md", true)]
    [InlineData("docs\n!docs/keep", "docs/keep/x", false)]
    [InlineData("/docs/", "docs/x", true)]
    [InlineData("./a/../b", "b", true)]
    [InlineData("# a\n\n  b  ", "b", true)]
    [InlineData(" # a", "# a", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "a", false)]
    [InlineData("a/**/z", "a/z", true)]
    [InlineData("a/**/z", "a/b/c/z", true)]
    [InlineData("**", "anything/at/all", true)]
    public void The_last_rule_that_matches_a_path_or_a_folder_above_it_decides(string rules, string path, bool ignored) =>
        Assert.Equal(ignored, IgnoreRules.Parse(rules).Ignores(path));

    [Theory]
    [InlineData("a\n[b", ":2:")]
    [InlineData("a\\", ":1:")]
    [InlineData("[]", ":1:")]
    [InlineData("[a-]", ":1:")]
    public void A_broken_pattern_is_refused_with_its_line(string rules, string place) =>
        Assert.Contains(place, Assert.Throws<FormatException>(() => IgnoreRules.Parse(rules)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_hostile_pattern_costs_a_product_and_not_a_power()
    {
        var rules = IgnoreRules.Parse(string.Concat(Enumerable.Repeat("*a", 60)) + "\n" + string.Join('/', Enumerable.Repeat("**/a", 60)));
        Assert.False(rules.Ignores(new string('a', 255) + "b"));
        Assert.False(rules.Ignores(string.Join('/', Enumerable.Repeat("b", 500))));
    }
}
