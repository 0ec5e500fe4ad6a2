using System.Runtime.CompilerServices;
using Gantry.Cli.Commands.Serve;

namespace Gantry.Cli.Tests.Serve;

/// <summary>Pages that people wrote name what the program has.</summary>
public sealed class OperatingPageTests
{
    [Fact]
    public void The_page_on_operating_names_every_setting_and_its_variable()
    {
        var page = Page("docs/operating.md");
        Assert.All(ServeSettings.All, setting =>
        {
            Assert.True(page.Contains($"`--{setting.Name}", StringComparison.Ordinal), $"docs/operating.md does not name --{setting.Name}");
            Assert.True(page.Contains($"`{setting.Variable}`", StringComparison.Ordinal), $"docs/operating.md does not name {setting.Variable}");
        });
    }

    [Theory]
    [InlineData("oras")]
    [InlineData("az")]
    public void The_readme_names_every_command_of_a_grammar(string name)
    {
        var page = Page("README.md");
        Assert.All(Commands("", Grammar.Of(name).Verbs), command =>
            Assert.True(page.Contains($"`{command}`", StringComparison.Ordinal), $"README.md does not name {name} {command}"));
    }

    private static IEnumerable<string> Commands(string path, IReadOnlyList<Verb> verbs) =>
        verbs.Where(verb => !verb.Hidden).SelectMany(verb => verb.Build is null ? Commands($"{path}{verb.Name} ", verb.Verbs) : [path + verb.Name]);

    private static string Page(string path) => File.ReadAllText(Path.GetFullPath($"../../../{path}", Path.GetDirectoryName(OwnPath())!));

    private static string OwnPath([CallerFilePath] string path = "") => path;
}
