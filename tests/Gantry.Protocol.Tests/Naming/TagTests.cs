using Gantry.Protocol.Naming;

namespace Gantry.Protocol.Tests.Naming;

public sealed class TagTests
{
    [Theory]
    [InlineData("1.0")]
    [InlineData("_")]
    [InlineData("latest")]
    [InlineData("V1_2-3.4")]
    public void Tags_of_the_specification_are_accepted(string text) => Assert.Equal(text, Tag.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData(".1")]
    [InlineData("-1")]
    [InlineData("v1\n")]
    [InlineData("v 1")]
    [InlineData("é")]
    [InlineData("v1/x")]
    [InlineData("v1:2")]
    [InlineData("v1\0")]
    [InlineData("..")]
    [InlineData("a+b")]
    [InlineData("١")]
    public void Everything_else_is_refused_with_a_reason(string text)
    {
        Assert.False(Tag.TryParse(text, out _));
        Assert.NotNull(Tag.Explain(text));
        Assert.DoesNotContain('\n', Assert.Throws<FormatException>(() => Tag.Parse(text)).Message);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void Length_is_bounded(int length, bool accepted) => Assert.Equal(accepted, Tag.TryParse(new string('a', length), out _));

    [Fact]
    public void Case_distinguishes_tags() => Assert.NotEqual(Tag.Parse("a"), Tag.Parse("A"));
}
