using System.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Output;

namespace Gantry.Cli;

/// <summary>From words to an exit code.</summary>
/// <remarks><code>
///   args ──(1) walk the grammar──► verb ──(2) build it──► command ──(3) parse──► (4) refuse or run ──(5) explain──► exit code
/// </code></remarks>
internal static class GantryProgram
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CommandContext context, CancellationToken ct = default)
    {
        var wording = Wording.Of(context.InvokedName, args);
        try
        {
            return await DispatchAsync(args, context.StoppedBy(ct), wording, ct);
        }
        catch (Exception e)
        {
            // (5) One place knows what a failure means to people and to scripts.
            return wording.Report(e, context, ct);
        }
    }

    private static async Task<int> DispatchAsync(IReadOnlyList<string> args, CommandContext context, Wording wording, CancellationToken ct)
    {
        // (1) Words before flags: only the branch that was named is looked at.
        var grammar = Grammar.Of(context.InvokedName);
        var walk = GrammarWalk.Of(grammar, args, wording);
        context = context with { CommandName = walk.Name };
        if (walk.Verb?.Build is null)
        {
            context.Out.Write(HelpText.OfGroup(walk.Name, walk.Verb?.Summary, walk.Verbs));
            return walk.Verb is null || walk.Help ? ExitCode.Done : wording.ExitOfGroup;
        }

        // (2) The root exists for the parser alone: it takes a first argument that equals the root's name for the program's path.
        var command = walk.Verb.Build(context);
        var help = HelpFlag(walk.Verb);
        command.Add(help);
        var root = new Command(":") { command };

        // (3) Arguments stay as they are: an @ is a digest and not a response file.
        var words = wording.Rewrite(command, walk.Rest);
        var parse = root.Parse([command.Name, .. words], new ParserConfiguration { ResponseFileTokenReplacer = null });

        // (4)
        if (parse.IsGiven(help) && parse.GetValue(help))
        {
            context.Out.Write(HelpText.OfCommand(walk.Name, command));
            return ExitCode.Done;
        }
        wording.Refuse(parse, command, walk.Name);
        return await parse.InvokeAsync(
            new InvocationConfiguration { Output = context.Out, Error = context.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, ct);
    }

    /// <summary>The flag that every command gets here.</summary>
    internal static Option<bool> HelpFlag(Verb verb) => Flag.Switch("--help", $"help for {verb.Name}", "-h");
}
