using Gantry.Cli.Options;

namespace Gantry.Cli.Tests.Options;

public sealed class ResolveRuleTests
{
    [Theory]
    [InlineData("example.com:443:127.0.0.1", "127.0.0.1", 443)]
    [InlineData("example.com:443:127.0.0.1:8443", "127.0.0.1", 8443)]
    [InlineData("example.com:443:::1", "::1", 443)]
    [InlineData("example.com:443:[::1]:8443", "::1", 8443)]
    [InlineData("example.com:443:[::1]", "::1", 443)]
    public void A_host_and_port_lead_to_an_address(string text, string address, int port)
    {
        var (from, to) = ResolveRule.Parse(text);
        Assert.Equal(("example.com", 443), from);
        Assert.Equal((address, port), (to.Host, to.Port));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("a:b:c")]
    [InlineData("a:0:127.0.0.1")]
    [InlineData("a:443:")]
    [InlineData("a:443:host")]
    [InlineData("a:443:127.0.0.1:x")]
    [InlineData("a:443:127.0.0.1:70000")]
    [InlineData("a:443:[::1]x")]
    [InlineData(":443:127.0.0.1")]
    public void Anything_else_is_a_usage_error(string text)
    {
        var problem = Assert.Throws<CommandException>(() => ResolveRule.Parse(text));
        Assert.Equal(ExitCode.Usage, problem.ExitCode);
        Assert.StartsWith($"failed to parse resolve flag \"{text}\": ", problem.Message);
    }

    [Fact]
    public void The_last_rule_for_a_host_and_port_counts()
    {
        var rules = ResolveRule.ParseAll(["h:443:10.0.0.1", "h:443:10.0.0.2", "h:80:10.0.0.3"]);
        Assert.Equal("10.0.0.2", rules[("h", 443)].Host);
        Assert.Equal(2, rules.Count);
    }
}
