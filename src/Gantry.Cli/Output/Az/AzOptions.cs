using System.CommandLine;
using Gantry.Cli.Options;

namespace Gantry.Cli.Output.Az;

/// <summary>az's global flags.</summary>
internal sealed class AzOptions
{
    public Option<AzFormat> Format { get; } = Choice.Of("--output", AzFormat.Json, "output format",
        [("json", AzFormat.Json), ("jsonc", AzFormat.Json), ("yaml", AzFormat.Yaml), ("yamlc", AzFormat.Yaml), ("table", AzFormat.Table), ("tsv", AzFormat.Tsv), ("none", AzFormat.None)], "-o");

    /// <summary>JMESPath is left to jq; the flag is known so that the answer can say so.</summary>
    public Option<string?> Query { get; } = Flag.Hide(Flag.Text("--query", "JMESPATH", "not available: use jq"));

    public Option<bool> OnlyShowErrors { get; } = Flag.Switch("--only-show-errors", "show errors and no warnings");

    public Option<bool> Verbose { get; } = Flag.Switch("--verbose", "say more");

    public Option<bool> Debug { get; } = Flag.Switch("--debug", "show every request and answer, secrets removed");

    /// <summary>A server has no subscriptions; scripts that name one are not stopped.</summary>
    public Option<string?> Subscription { get; } = Flag.Hide(Flag.Text("--subscription", "ID", "accepted and ignored"));

    public void AddTo(Command command)
    {
        foreach (var option in (ReadOnlySpan<Option>)[Format, Query, OnlyShowErrors, Verbose, Debug, Subscription])
            command.Add(option);
    }

    /// <exception cref="CommandException">A query was asked for.</exception>
    public AzFormat Read(ParseResult parse) => parse.IsGiven(Query)
        ? throw CommandException.WrongUsage("--query is not available here", "Leave it out and filter the JSON: … -o json | jq -r '.digest'")
        : parse.GetValue(Format);

    /// <summary>Tells what goes on. az says it as a warning, whose prefix a terminal shows as a colour.</summary>
    public void Tell(ParseResult parse, CommandContext context, string text)
    {
        if (!parse.GetValue(OnlyShowErrors))
            context.Error.WriteLine(context.Terminal.ErrorIsTerminal ? text : $"WARNING: {text}");
    }

    public void Warn(ParseResult parse, CommandContext context, string text)
    {
        if (!parse.GetValue(OnlyShowErrors))
            context.Error.WriteLine($"WARNING: {text}");
    }
}
