namespace Gantry.Cli.Tests;

public sealed class InvokedNameTests
{
    [Theory]
    [InlineData("oras", "oras")]
    [InlineData("/usr/local/bin/oras", "oras")]
    [InlineData("./az", "az")]
    [InlineData("C:\\tools\\oras.exe", "oras")]
    [InlineData("C:\\tools\\AZ.EXE", "az")]
    [InlineData("/opt/gantry/gantry.dll", "gantry")]
    [InlineData("/usr/bin/dotnet", "gantry")]
    [InlineData("", "gantry")]
    [InlineData(null, "gantry")]
    public void A_link_chooses_the_grammar(string? path, string expected) => Assert.Equal(expected, InvokedName.Choose([path]));

    [Fact]
    public void The_first_path_that_names_a_grammar_counts() =>
        Assert.Equal("oras", InvokedName.Choose(["/usr/bin/dotnet", "/x/oras", "/x/az"]));

    [Fact]
    public void A_name_that_merely_contains_another_is_not_it() => Assert.Equal("gantry", InvokedName.Choose(["/usr/bin/orasx", "/usr/bin/azcopy"]));
}
