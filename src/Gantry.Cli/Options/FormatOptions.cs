using System.CommandLine;
using Gantry.Protocol;

namespace Gantry.Cli.Options;

/// <summary>Chooses how a result is written.</summary>
/// <param name="formats">What the command can write; the first is the default.</param>
internal sealed class FormatOptions(params OutputFormat[] formats)
{
    private const string GoTemplate = "go-template";

    private readonly OutputFormat[] _formats = formats is [] ? [OutputFormat.Text, OutputFormat.Json] : formats;

    public Option<string?> Format { get; } = Flag.Text("--format", "string", $"format of the output: {Names(formats)}");

    public Option<string?> Template { get; } = Flag.Hide(Flag.Text("--template", "string", "template of the output"));

    public void AddTo(Command command)
    {
        command.Add(Format);
        command.Add(Template);
    }

    /// <exception cref="CommandException">There is no such format, or not here.</exception>
    public OutputFormat Read(ParseResult parse)
    {
        var text = parse.GetValue(Format);
        var isTemplate = text is GoTemplate || text?.StartsWith(GoTemplate + "=", StringComparison.Ordinal) == true;
        if (isTemplate)
            throw CommandException.WrongUsage("go-template output is not available yet", "Use `--format json` and a JSON processor such as jq");
        if (parse.IsGiven(Template))
            throw CommandException.WrongUsage("--template must be used with --format go-template");
        if (text is null)
            return _formats[0];
        foreach (var format in _formats)
        {
            if (NameOf(format) == text)
                return format;
        }
        throw CommandException.WrongUsage($"invalid format type: \"{Printable.Of(text)}\"", $"supported types: {Names(_formats)}");
    }

    private static string Names(OutputFormat[] formats) => formats is [] ? "text, json" : string.Join(", ", formats.Select(NameOf));

    private static string NameOf(OutputFormat format) => format switch
    {
        OutputFormat.Json => "json",
        OutputFormat.Tree => "tree",
        OutputFormat.Table => "table",
        _ => "text",
    };
}
