using Gantry.Cli.Commands;

namespace Gantry.Cli.Tests;

public sealed class GrammarTests
{
    [Fact]
    public async Task The_name_gantry_shows_itself_in_messages()
    {
        using var line = new CommandLine { Name = "gantry" };
        var result = await line.RunAsync("push");
        Assert.StartsWith("Error: \"gantry push\" requires at least 1 argument but got 0\nUsage: gantry push [flags] ", result.Error);
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("nope", "--help")]
    [InlineData("--help", "nope")]
    [InlineData("-d", "nope")]
    public async Task An_unknown_command_is_a_usage_error_also_with_help(params string[] args)
    {
        using var line = new CommandLine();
        var result = await line.RunAsync(args);
        Assert.Equal(ExitCode.Usage, result.Exit);
        Assert.Equal("Error: unknown command \"nope\" for \"oras\"\nRun 'oras --help' for usage.\n", result.Error);
    }

    [Fact]
    public async Task An_unknown_command_below_a_group_names_the_group()
    {
        using var line = new CommandLine();
        var result = await line.RunAsync("manifest", "nope");
        Assert.Equal((ExitCode.Usage, "Error: unknown command \"nope\" for \"oras manifest\"\nRun 'oras manifest --help' for usage.\n"), (result.Exit, result.Error));
    }

    [Fact]
    public async Task The_version_is_also_a_flag_of_the_program()
    {
        using var line = new CommandLine { Name = "gantry" };
        Assert.Equal(await line.DoneAsync("version"), await line.DoneAsync("--version"));
    }

    [Theory]
    [InlineData("pus", "\"push\"")]
    [InlineData("psuh", "\"push\"")]
    [InlineData("serv", "\"serve\"")]
    [InlineData("amdin", "\"admin\"")]
    public async Task A_mistyped_command_is_guessed(string word, string meant)
    {
        using var line = new CommandLine { Name = "gantry" };
        var result = await line.RunAsync(word);
        Assert.Equal((ExitCode.Usage, $"Error: unknown command \"{word}\" for \"gantry\"\nDid you mean {meant}?\n"), (result.Exit, result.Error));
    }

    [Fact]
    public async Task A_flag_without_a_command_is_unknown()
    {
        using var line = new CommandLine();
        var result = await line.RunAsync("--nope");
        Assert.Equal(ExitCode.Usage, result.Exit);
        Assert.StartsWith("Error: unknown flag: --nope\n", result.Error);
    }

    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("help")]
    [InlineData("manifest")]
    [InlineData("manifest", "-h")]
    public async Task A_group_alone_shows_its_commands(params string[] args)
    {
        using var line = new CommandLine();
        var output = await line.DoneAsync(args);
        Assert.Contains("Available Commands:\n", output);
    }

    [Theory]
    [InlineData("push", "--help")]
    [InlineData("-h", "push")]
    [InlineData("help", "push")]
    public async Task Help_of_a_command_is_reached_in_every_way(params string[] args)
    {
        using var line = new CommandLine();
        var output = await line.DoneAsync(args);
        Assert.StartsWith("Push files to a registry or an OCI image layout\n", output);
        Assert.Contains("\nUsage:\n  oras push [flags] <name>[:<tag>[,<tag>][...]] <file>[:<type>] [...]\n", output);
        Assert.Contains("--manifest-config path ", output);
        Assert.DoesNotContain("--verbose", output);
    }

    [Theory]
    [InlineData("digest")]
    [InlineData("resolve")]
    public async Task An_alias_reaches_its_command(string word)
    {
        using var line = new CommandLine();
        Assert.Equal(ExitCode.Usage, (await line.RunAsync(word)).Exit);
    }

    [Fact]
    public async Task Flags_may_stand_before_the_command()
    {
        using var line = new CommandLine();
        Assert.StartsWith("Error: \"oras resolve\" requires exactly 1 argument", (await line.RunAsync("-l", "resolve")).Error);
    }

    [Fact]
    public void No_two_verbs_answer_to_one_word()
    {
        Check(Grammar.Of("gantry").Verbs);
        Check(OrasVerbs.All);

        static void Check(IReadOnlyList<Verb> verbs)
        {
            var words = verbs.SelectMany(verb => verb.Aliases.Append(verb.Name)).ToArray();
            Assert.Equal(words.Length, words.Distinct().Count());
            foreach (var verb in verbs)
                Check(verb.Verbs);
        }
    }
}
