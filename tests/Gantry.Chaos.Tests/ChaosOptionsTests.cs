namespace Gantry.Chaos.Tests;

public sealed class ChaosOptionsTests
{
    private static readonly string[] Programs = ["--root", "r", "--gantry", "g", "--oras", "o", "--skopeo", "s"];

    [Fact]
    public void What_is_not_said_has_a_default()
    {
        var options = ChaosOptions.Parse(Programs);

        Assert.Equal((TimeSpan.FromMinutes(10), 1UL, 3, 0), (options.Duration, options.Seed, options.Nodes, options.MinOperations));
        Assert.False(options.RollingOnly);
        Assert.Null(options.Report);
    }

    [Fact]
    public void Every_flag_is_read()
    {
        var options = ChaosOptions.Parse([.. Programs, "--minutes", "2", "--seed", "9", "--nodes", "1", "--operations", "20000", "--faults", "rolling", "--report", "f"]);

        Assert.Equal((TimeSpan.FromMinutes(2), 9UL, 1, 20000, "f"), (options.Duration, options.Seed, options.Nodes, options.MinOperations, options.Report));
        Assert.True(options.RollingOnly);
    }

    [Theory]
    [InlineData("--minutes")]
    [InlineData("--minutes", "0")]
    [InlineData("--minutes", "two")]
    [InlineData("--nodes", "10")]
    [InlineData("--seed", "-1")]
    [InlineData("--faults", "some")]
    [InlineData("--speed", "1")]
    public void What_makes_no_sense_is_refused(params string[] more) => Assert.Throws<FormatException>(() => ChaosOptions.Parse([.. Programs, .. more]));

    [Fact]
    public void A_missing_program_is_named() => Assert.Contains("--skopeo", Assert.Throws<FormatException>(() => ChaosOptions.Parse(Programs[..6])).Message, StringComparison.Ordinal);
}
