namespace Gantry.Load.Tests;

public sealed class OptionsTests
{
    private static readonly string[] Programs = ["--gantry", "g", "--docker-registry", "d", "--nginx", "n", "--buildah", "b", "--results", "r"];

    [Fact]
    public void Alone_it_measures_everything_and_misses_fail_nothing()
    {
        var options = Options.Parse(Programs)!;
        Assert.Equal((5, false), (options.Rounds, options.Gate));
        Assert.All(["builds", "registry", "memory", "collect", "signins"], topic => Assert.True(options.Wants(topic, "any")));
    }

    [Fact]
    public void A_part_rounds_and_a_choice_of_stories_may_be_named()
    {
        var options = Options.Parse([.. Programs, "registry", "3", "--only", "^get manifest", "--seconds", "0.5", "--gate"])!;
        Assert.Equal((3, true, TimeSpan.FromSeconds(0.5)), (options.Rounds, options.Gate, options.CellTime));
        Assert.True(options.Wants("registry", "GET manifest by tag, c1"));
        Assert.False(options.Wants("registry", "PUT manifest, c1"));
        Assert.False(options.Wants("memory", "GET manifest by tag, c1"));
    }

    [Theory]
    [InlineData("\"everything\" is neither a topic nor a number", "everything")]
    [InlineData("\"0\" is neither a topic nor a number", "0")]
    [InlineData("no flag --rounds", "--rounds", "3")]
    [InlineData("--only wants a value", "--only")]
    [InlineData("--only", "--only", "(")]
    [InlineData("\"soon\"", "--seconds", "soon")]
    [InlineData("\"0\"", "--seconds", "0")]
    public void Anything_else_is_refused_by_name(string named, params string[] words) =>
        Assert.Contains(named, Assert.Throws<FormatException>(() => Options.Parse([.. Programs, .. words])).Message, StringComparison.Ordinal);
}
