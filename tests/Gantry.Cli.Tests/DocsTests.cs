using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text;
using Gantry.Cli.Output;

namespace Gantry.Cli.Tests;

/// <summary>The pages under <c>docs/cli</c> are the help of the commands. <c>GANTRY_UPDATE_DOCS=1</c> writes them; without it a stale page fails.</summary>
public sealed class DocsTests
{
    private static readonly bool Updates = Environment.GetEnvironmentVariable("GANTRY_UPDATE_DOCS") == "1";

    [Fact]
    public void The_pages_of_the_command_line_are_up_to_date()
    {
        using var line = new CommandLine();
        var folder = Path.GetFullPath("../../docs/cli", Path.GetDirectoryName(OwnPath())!);
        var pages = Pages(InvokedName.Gantry, Grammar.Of(InvokedName.Gantry).Verbs).ToDictionary(page => page.Name, page => page.Text);
        pages["README.md"] = Contents(pages);
        if (Updates)
        {
            Directory.CreateDirectory(folder);
            foreach (var stale in Directory.GetFiles(folder, "*.md").Where(file => !pages.ContainsKey(Path.GetFileName(file))))
                File.Delete(stale);
            foreach (var (name, text) in pages)
                File.WriteAllText(Path.Join(folder, name), text);
        }
        Assert.Equal(pages.Keys.Order(StringComparer.Ordinal), Directory.GetFiles(folder, "*.md").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var (name, text) in pages)
            Assert.True(File.ReadAllText(Path.Join(folder, name)).ReplaceLineEndings("\n") == text, $"docs/cli/{name} is stale: run the tests with GANTRY_UPDATE_DOCS=1");
    }

    [Fact]
    public void The_README_names_every_command_of_the_grammars_that_it_compares()
    {
        var readme = File.ReadAllText(Path.GetFullPath("../../README.md", Path.GetDirectoryName(OwnPath())!));
        var missing = Grammar.Of(InvokedName.Gantry).Verbs.Where(verb => verb.Name is not ("admin" or "serve" or "worker")).SelectMany(verb => Commands("", verb)).Where(name => !readme.Contains($"`{name}`", StringComparison.Ordinal));
        Assert.Empty(missing);
    }

    private static IEnumerable<string> Commands(string path, Verb verb)
    {
        var name = path.Length == 0 ? verb.Name : $"{path} {verb.Name}";
        return verb.Hidden ? [] : verb.Build is not null ? [name] : verb.Verbs.SelectMany(inner => Commands(name, inner));
    }

    private static IEnumerable<(string Name, string Text)> Pages(string path, IReadOnlyList<Verb> verbs)
    {
        foreach (var verb in verbs.Where(verb => !verb.Hidden))
        {
            var name = $"{path} {verb.Name}";
            var help = verb.Build is { } build ? HelpText.OfCommand(name, WithHelp(build(Context(name)), verb)) : HelpText.OfGroup(name, verb.Summary, verb.Verbs);
            yield return ($"{name[(InvokedName.Gantry.Length + 1)..].Replace(' ', '-')}.md", $"# {name}\n\n```text\n{help}```\n");
            foreach (var page in Pages(name, verb.Verbs))
                yield return page;
        }
    }

    private static string Contents(IReadOnlyDictionary<string, string> pages)
    {
        var text = new StringBuilder("# Commands\n\nOne page for each command: what `--help` prints. Written by a test from the commands themselves.\n\n");
        // The heading knows which dash of a file's name is one of the command's.
        foreach (var (name, page) in pages.OrderBy(page => page.Key, StringComparer.Ordinal))
            text.Append("- [").Append(page.AsSpan(2, page.IndexOf('\n', StringComparison.Ordinal) - 2)).Append("](").Append(name).Append(")\n");
        return text.ToString();
    }

    private static Command WithHelp(Command command, Verb verb)
    {
        command.Add(GantryProgram.HelpFlag(verb));
        return command;
    }

    private static CommandContext Context(string name) => new()
    {
        CommandName = name,
        Output = Stream.Null,
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        Input = Stream.Null,
        ReadSecret = () => null,
        Environment = _ => null,
        EnvironmentNames = () => [],
        WorkingDirectory = Path.GetTempPath(),
    };

    private static string OwnPath([CallerFilePath] string path = "") => path;
}
