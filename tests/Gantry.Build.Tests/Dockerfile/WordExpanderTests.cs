using Gantry.Build.Dockerfile;

namespace Gantry.Build.Tests.Dockerfile;

public sealed class WordExpanderTests
{
    private static readonly Dictionary<string, string> Variables = new(StringComparer.Ordinal)
    {
        ["name"] = "gantry",
        ["empty"] = "",
        ["path"] = "/usr/local/bin/tool.tar.gz",
        ["word"] = "foo.bar.foo",
    };

    private static string Expand(string text, char escape = '\\') => new WordExpander(Variables.GetValueOrDefault, escape, new ExpansionBudget()).Expand(text);

    [Theory]
    [InlineData("$name-${name}", "gantry-gantry")]
    [InlineData("$unset|${unset}", "|")]
    [InlineData("'$name' \"$name\"", "$name gantry")]
    [InlineData("\\$name \"\\$name\" \"\\n\"", "$name $name \\n")]
    [InlineData("${unset:-a b}", "a b")]
    [InlineData("${empty:-x}${empty-y}", "x")]
    [InlineData("${name:+set}${unset:+set}${empty+set}${empty:+set}", "setset")]
    [InlineData("${unset:-${empty:-$name}}", "gantry")]
    [InlineData("${unset:-\"}\"}", "}")]
    [InlineData("${path#*/}", "usr/local/bin/tool.tar.gz")]
    [InlineData("${path##*/}", "tool.tar.gz")]
    [InlineData("${path%.*}", "/usr/local/bin/tool.tar")]
    [InlineData("${path%%.*}", "/usr/local/bin/tool")]
    [InlineData("${word/foo/x}", "x.bar.foo")]
    [InlineData("${word//foo/x}", "x.bar.x")]
    [InlineData("${word//o}", "f.bar.f")]
    [InlineData("a$", "a$")]
    [InlineData("100%", "100%")]
    [InlineData("$1", "")]
    public void Variables_and_quotes_are_replaced_as_a_shell_does(string text, string expected) => Assert.Equal(expected, Expand(text));

    [Fact]
    public void The_files_escape_character_is_the_one_that_escapes() => Assert.Equal("C:\\$name", Expand("C:\\`$name", '`'));

    [Theory]
    [InlineData("${", "missing")]
    [InlineData("${name", "not closed")]
    [InlineData("${name:*x}", "not a form of expansion")]
    [InlineData("'a", "single quote")]
    [InlineData("\"a", "double quote")]
    [InlineData("${unset:?must be given}", "unset: must be given")]
    public void A_broken_word_says_what_is_wrong(string text, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => Expand(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Values_that_double_without_end_are_stopped()
    {
        var big = new string('x', 600_000);
        var expander = new WordExpander(_ => big, '\\', new ExpansionBudget());
        Assert.Contains("grows beyond", Assert.Throws<FormatException>(() => expander.Expand("$a$a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        var text = string.Concat(Enumerable.Repeat("${u:-", 100)) + "x" + new string('}', 100);
        Assert.Contains("nest deeper", Assert.Throws<FormatException>(() => Expand(text)).Message, StringComparison.Ordinal);
    }
}
