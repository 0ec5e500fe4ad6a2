using System.CommandLine;

namespace Gantry.Cli.Commands;

/// <summary>A command with what its help and its argument errors need.</summary>
internal abstract class VerbCommand : Command
{
    protected VerbCommand(CommandContext context, string name, string summary)
        : base(name, summary)
    {
        Context = context;
        Positional = new Argument<string[]>("arguments") { Arity = ArgumentArity.ZeroOrMore };
        Add(Positional);
        SetAction((parse, ct) => RunAsync(parse, ct));
    }

    /// <summary>How many arguments are expected.</summary>
    public required ArgumentRule Rule { get; init; }

    /// <summary>More than the summary says; empty when there is nothing more.</summary>
    public string Details { get; init; } = "";

    /// <summary>Pairs of a purpose and a command line without the program's name.</summary>
    public IReadOnlyList<(string Purpose, string Line)> Examples { get; init; } = [];

    /// <summary>How the command is written.</summary>
    public string UsageLine => Rule.Line(Context.CommandName);

    public Argument<string[]> Positional { get; }

    protected CommandContext Context { get; }

    protected abstract Task<int> RunAsync(ParseResult parse, CancellationToken ct);

    /// <summary>The arguments that are no flags.</summary>
    protected string[] Words(ParseResult parse) => parse.GetValue(Positional) ?? [];
}
