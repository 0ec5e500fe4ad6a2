using Gantry.Protocol.Distribution;

namespace Gantry.Protocol.Tests.Distribution;

public sealed class WarningHeaderTests
{
    [Theory]
    [InlineData("moved", "299 - \"moved\"")]
    [InlineData("say \"no\"", "299 - \"say \\\"no\\\"\"")]
    [InlineData("a\\b", "299 - \"a\\\\b\"")]
    public void A_text_is_quoted_and_read_back(string text, string header)
    {
        Assert.Equal(header, WarningHeader.Write(text));
        Assert.Equal(text, WarningHeader.Unquote(header.AsSpan("299 - ".Length)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"")]
    [InlineData("bare")]
    [InlineData("\"open")]
    public void What_is_no_quoted_string_has_no_text(string text) => Assert.Null(WarningHeader.Unquote(text));

    [Theory]
    [InlineData("")]
    [InlineData("two\r\nlines")]
    [InlineData("tab\t")]
    [InlineData("\u007F")]
    [InlineData("sch\u00F6n")]
    public void What_no_header_holds_is_refused(string text)
    {
        Assert.NotNull(WarningHeader.Explain(text));
        Assert.Throws<ArgumentException>(() => WarningHeader.Write(text));
    }

    [Fact]
    public void A_text_has_a_bound()
    {
        Assert.Null(WarningHeader.Explain(new string('x', WarningHeader.MaxText)));
        Assert.NotNull(WarningHeader.Explain(new string('x', WarningHeader.MaxText + 1)));
    }
}
