using Gantry.Protocol.Naming;

namespace Gantry.Protocol.Tests.Naming;

public sealed class RepositoryNameTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("samples/artifact")]
    [InlineData("a/b/c/d/e/f")]
    [InlineData("a.b_c__d-e---f")]
    [InlineData("0")]
    public void Names_of_the_specification_are_accepted(string text) => Assert.Equal(text, RepositoryName.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("A")]
    [InlineData("a..b")]
    [InlineData("a___b")]
    [InlineData("a._b")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("_a")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("a/_tags")]
    [InlineData("a\\b")]
    [InlineData("a%2fb")]
    [InlineData("a\n")]
    [InlineData("é")]
    public void Everything_else_is_refused(string text)
    {
        Assert.False(RepositoryName.TryParse(text, out _));
        Assert.Throws<FormatException>(() => RepositoryName.Parse(text));
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void Length_is_bounded(int length, bool accepted) => Assert.Equal(accepted, RepositoryName.TryParse(new string('a', length), out _));
}
