using Gantry.Protocol.Token;

namespace Gantry.Protocol.Tests.Token;

public sealed class ChallengeTests
{
    [Fact]
    public void What_is_written_is_read()
    {
        var header = Challenge.Bearer("https://r/oauth2/token", "r:5000", "repository:a/b:pull,push", "insufficient_scope");
        Assert.Equal("Bearer realm=\"https://r/oauth2/token\",service=\"r:5000\",scope=\"repository:a/b:pull,push\",error=\"insufficient_scope\"", header);
        var challenge = Challenge.TryParse(header);
        Assert.NotNull(challenge);
        Assert.True(challenge.IsBearer);
        Assert.Equal("https://r/oauth2/token", challenge.Realm);
        Assert.Equal("r:5000", challenge.Service);
        Assert.Equal("repository:a/b:pull,push", challenge.ScopeText);
        Assert.Equal("insufficient_scope", challenge.Error);
    }

    [Theory]
    [InlineData("bearer realm=x,service=y")]
    [InlineData("BEARER  realm = \"x\" , service = \"y\"")]
    [InlineData("Bearer realm=\"x\" service=\"y\"")]
    [InlineData("Bearer Realm=\"x\",SERVICE=\"y\"")]
    [InlineData("Bearer ,, realm=\"\\x\",service=\"y\", Basic realm=\"z\"")]
    public void Spellings_in_the_wild_are_read_alike(string header)
    {
        var challenge = Challenge.TryParse(header);
        Assert.NotNull(challenge);
        Assert.True(challenge.IsBearer);
        Assert.Equal("x", challenge.Realm);
        Assert.Equal("y", challenge.Service);
    }

    [Fact]
    public void A_quoted_value_may_hold_commas_equals_and_quotes() =>
        Assert.Equal("a=\"b\", c", Challenge.TryParse("Basic realm=\"a=\\\"b\\\", c\"")?.Realm);

    [Fact]
    public void The_first_of_two_values_counts() => Assert.Equal("first", Challenge.TryParse("Bearer realm=\"first\",realm=\"second\"")?.Realm);

    [Theory]
    [InlineData("Basic")]
    [InlineData("Negotiate")]
    public void A_scheme_alone_is_a_challenge(string header) => Assert.Empty(Challenge.TryParse(header)!.Parameters);

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("realm=\"x\"")]
    [InlineData("\"Bearer\" realm=x")]
    public void Text_without_a_scheme_is_none(string header) => Assert.Null(Challenge.TryParse(header));

    [Fact]
    public void A_quote_that_never_closes_ends_with_the_header() => Assert.Equal("x, y", Challenge.TryParse("Bearer realm=\"x, y")?.Realm);
}
