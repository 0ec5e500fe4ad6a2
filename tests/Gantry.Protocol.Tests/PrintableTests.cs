namespace Gantry.Protocol.Tests;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("a\"b\\c", "a\\\"b\\\\c")]
    [InlineData("a\r\nb", "a\\u000d\\u000ab")]
    [InlineData("\u001b[31m", "\\u001b[31m")]
    [InlineData("é日", "é日")]
    [InlineData("\u202e\u2028\u200b", "\\u202e\\u2028\\u200b")]
    public void What_could_break_a_line_or_a_terminal_is_escaped(string text, string expected) => Assert.Equal(expected, Printable.Of(text));

    [Fact]
    public void Half_a_surrogate_pair_is_escaped() => Assert.Equal("a\\ud800", Printable.Of(['a', '\ud800']));

    [Fact]
    public void Long_text_is_cut() => Assert.Equal(new string('a', 128) + "…", Printable.Of(new string('a', 129)));
}
