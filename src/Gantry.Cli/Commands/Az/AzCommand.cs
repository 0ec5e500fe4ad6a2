using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Gantry.Cli.Output.Az;

namespace Gantry.Cli.Commands.Az;

/// <summary>A command in az's grammar: flags only, one result, written as <c>-o</c> asks.</summary>
internal abstract class AzCommand : VerbCommand
{
    [SetsRequiredMembers]
    protected AzCommand(CommandContext context, string name, string summary)
        : base(context, name, summary)
    {
        Rule = ArgumentRule.None;
        Az.AddTo(this);
    }

    /// <summary>Flags that must be given, in the order in which their absence is told.</summary>
    public IReadOnlyList<Option> Required { get; protected init; } = [];

    /// <summary>Whether arguments without a flag are read.</summary>
    public bool TakesWords => Rule.Max > 0;

    protected AzOptions Az { get; } = new();

    /// <summary>What a table shows; null for every single value of the result.</summary>
    protected virtual IReadOnlyList<AzColumn>? Columns => null;

    protected abstract Task<JsonNode?> ExecuteAsync(ParseResult parse, CancellationToken ct);

    protected sealed override async Task<int> RunAsync(ParseResult parse, CancellationToken ct)
    {
        var format = Az.Read(parse);
        var result = await ExecuteAsync(parse, ct);
        Context.Out.Write(AzOutput.Write(result, format, Columns));
        return ExitCode.Done;
    }

    protected void Warn(ParseResult parse, string text) => Az.Warn(parse, Context, text);
}
