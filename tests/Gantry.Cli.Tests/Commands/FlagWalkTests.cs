using System.CommandLine;
using Gantry.Cli.Commands;
using Gantry.Cli.Options;

namespace Gantry.Cli.Tests.Commands;

public sealed class FlagWalkTests
{
    [Theory]
    [InlineData("--user x", "--user=x")]
    [InlineData("-u x", "-u=x")]
    [InlineData("-ux", "-u=x")]
    [InlineData("-u=x", "-u=x")]
    [InlineData("--user=x=y", "--user=x=y")]
    [InlineData("--user -secret", "--user=-secret")]
    [InlineData("--user --list", "--user=--list")]
    [InlineData("--list file", "--list=true file")]
    [InlineData("--list false", "--list=true false")]
    [InlineData("--list=0", "--list=false")]
    [InlineData("-lu x", "-l=true -u=x")]
    [InlineData("-lux", "-l=true -u=x")]
    [InlineData("a - b", "a - b")]
    [InlineData("a -- --user -l", "a -- --user -l")]
    public void Flags_follow_the_rules_of_pflag(string given, string expected) => Assert.Equal(expected.Split(' '), Rewrite(given.Split(' ')));

    [Fact]
    public void An_empty_value_stays_a_value() => Assert.Equal(["--user", "", "file"], Rewrite("--user=", "file"));

    [Theory]
    [InlineData("--nope", "unknown flag: --nope")]
    [InlineData("--nope=secret", "unknown flag: --nope")]
    [InlineData("-z", "unknown shorthand flag: 'z' in -z")]
    [InlineData("-lz", "unknown shorthand flag: 'z' in -z")]
    [InlineData("--user", "flag needs an argument: --user")]
    [InlineData("-lu", "flag needs an argument: 'u' in -u")]
    [InlineData("--list=maybe", "invalid argument \"maybe\" for \"--list\" flag: expecting true or false")]
    public void A_mistake_is_told_as_oras_tells_it(string given, string expected)
    {
        var problem = Assert.Throws<CommandException>(() => Rewrite(given));
        Assert.Equal((ExitCode.Usage, expected), (problem.ExitCode, problem.Message));
    }

    private static IReadOnlyList<string> Rewrite(params string[] args)
    {
        var command = new Command("x") { Flag.Text("--user", "string", "", "-u"), Flag.Switch("--list", "", "-l") };
        return FlagWalk.Rewrite(command, args);
    }
}
