using System.CommandLine;
using System.Text;
using Gantry.Cli.Commands;

namespace Gantry.Cli.Output;

/// <summary>Help of commands and groups, laid out as cobra does. The pages under <c>docs/cli</c> are made of the same text.</summary>
internal static class HelpText
{
    public static string OfGroup(string name, string? summary, IReadOnlyList<Verb> verbs)
    {
        var text = new StringBuilder();
        if (summary is not null)
            text.Append(summary).Append("\n\n");
        text.Append("Usage:\n  ").Append(name).Append(" [command]\n\nAvailable Commands:\n");
        var shown = verbs.Where(verb => !verb.Hidden).OrderBy(verb => verb.Name, StringComparer.Ordinal).ToArray();
        var width = shown.Length == 0 ? 0 : shown.Max(verb => verb.Name.Length);
        foreach (var verb in shown)
            text.Append("  ").Append(verb.Name.PadRight(width)).Append(' ').Append(verb.Summary).Append('\n');
        text.Append("\nFlags:\n  -h, --help   help for ").Append(name.Split(' ')[^1]).Append('\n');
        return text.Append("\nUse \"").Append(name).Append(" [command] --help\" for more information about a command.\n").ToString();
    }

    public static string OfCommand(string name, Command command)
    {
        var text = new StringBuilder();
        text.Append(command.Description).Append('\n');
        var verb = command as VerbCommand;
        if (verb is { Details.Length: > 0 })
            text.Append('\n').Append(verb.Details).Append('\n');
        foreach (var (purpose, line) in verb?.Examples ?? [])
            text.Append("\nExample - ").Append(purpose).Append(":\n  ").Append(name.Split(' ')[0]).Append(' ').Append(line).Append('\n');
        text.Append("\nUsage:\n  ").Append(verb?.Rule.Line(name) ?? $"{name} [flags]").Append('\n');
        AppendAliases(text, command);
        text.Append("\nFlags:\n");
        AppendFlags(text, command.Options.Where(option => !option.Hidden));
        return text.ToString();
    }

    private static void AppendAliases(StringBuilder text, Command command)
    {
        if (command.Aliases.Count == 0)
            return;
        text.Append("\nAliases:\n  ").AppendJoin(", ", [command.Name, .. command.Aliases]).Append('\n');
    }

    private static void AppendFlags(StringBuilder text, IEnumerable<Option> options)
    {
        var rows = options.OrderBy(option => option.Name, StringComparer.Ordinal).Select(option => (Left: Left(option), option.Description)).ToArray();
        var width = rows.Max(row => row.Left.Length);
        foreach (var (left, description) in rows)
            text.Append(left.PadRight(width)).Append("   ").Append(description).Append('\n');
    }

    private static string Left(Option option)
    {
        var letter = option.Aliases.FirstOrDefault(alias => alias is ['-', not '-']);
        var value = option.HelpName is { } name ? " " + name : "";
        return (letter is null ? "      " : $"  {letter}, ") + option.Name + value;
    }
}
