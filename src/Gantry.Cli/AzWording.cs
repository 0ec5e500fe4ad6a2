using System.CommandLine;
using System.CommandLine.Parsing;
using Gantry.Cli.Commands;
using Gantry.Cli.Commands.Az;
using Gantry.Cli.Options;
using Gantry.Protocol;
using Gantry.Protocol.Distribution;

namespace Gantry.Cli;

/// <summary>az's way: <c>ERROR: …</c>, and argparse's sentences for a wrong command line.</summary>
internal sealed class AzWording : Wording
{
    public static readonly AzWording Instance = new();

    private AzWording()
    {
    }

    /// <summary>argparse wants a group's command, and az fails without one.</summary>
    public override int ExitOfGroup => ExitCode.Usage;

    public override CommandException UnknownCommand(string name, string word, IReadOnlyList<Verb> verbs)
    {
        var near = Nearest.Of(word, Names(verbs));
        return CommandException.WrongUsage(
            $"'{Printable.Of(word)}' is misspelled or not recognized by the system.",
            near is [] ? $"Run '{name} --help' for the commands there are." : $"Did you mean '{string.Join("' or '", near)}' ?");
    }

    /// <summary>A flag takes the next word unless that is another of the command's flags. What is unknown stays, and is refused later.</summary>
    public override IReadOnlyList<string> Rewrite(Command command, IReadOnlyList<string> args)
    {
        var words = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            words.Add(args[i]);
            if (Find(command, args[i]) is not { } option || option.ValueType == typeof(bool) || i + 1 == args.Count || Find(command, args[i + 1]) is not null)
                continue;
            if (option is WordsOption)
            {
                var taken = args.Skip(i + 1).TakeWhile(word => word is not ['-', _, ..]).ToArray();
                i += taken.Length;
                if (taken is [""])
                    words.Add("");
                else if (taken is not [])
                    words[^1] = $"{words[^1]}={string.Join(WordsOption.Joiner, taken)}";
                continue;
            }
            // A switch of three states leaves other words alone; an empty value the parser knows only as a word of its own.
            if (option.Arity.MinimumNumberOfValues == 0 && args[i + 1] is ['-', ..])
                continue;
            if (args[++i].Length > 0)
                words[^1] = $"{args[i - 1]}={args[i]}";
            else
                words.Add("");
        }
        return words;
    }

    /// <summary>In argparse's order: values that are missing or wrong, flags that are missing, then what is too much.</summary>
    public override void Refuse(ParseResult parse, Command command, string commandName)
    {
        if (command is AdviceCommand)
            return;
        foreach (var error in parse.Errors)
        {
            if (error.SymbolResult is OptionResult { IdentifierToken: not null } option)
            {
                throw CommandException.WrongUsage(option.Tokens.Count == 0
                    ? $"argument {DisplayName(option.Option)}: expected {(option.Option is WordsOption ? "at least one argument" : "one argument")}"
                    : error.Message);
            }
        }
        var missing = (command as AzCommand)?.Required.Where(option => !parse.IsGiven(option)).Select(DisplayName).ToArray() ?? [];
        if (missing.Length > 0)
            throw CommandException.WrongUsage($"the following arguments are required: {string.Join(", ", missing)}", $"Run '{commandName} --help' for more.");
        if (command is AzCommand { TakesWords: true } taking && parse.GetValue(taking.Positional) is null or [])
            throw CommandException.WrongUsage($"the following arguments are required: {taking.Rule.Usage}", $"Run '{commandName} --help' for more.");
        RefuseSurplus(parse, command);
        if (parse.Errors is [var other, ..])
            throw CommandException.WrongUsage(other.Message);
    }

    public override int Report(Exception exception, CommandContext context, CancellationToken ct)
    {
        if (exception is OperationCanceledException && ct.IsCancellationRequested)
        {
            context.Error.WriteLine("ERROR: interrupted");
            return ExitCode.Interrupted;
        }
        var failure = Failure.Explain(exception);
        context.Error.WriteLine($"ERROR: {(exception is RegistryException refused ? MessageOf(refused, failure) : failure.Message)}");
        if (failure.Usage is { } usage)
            context.Error.WriteLine($"Usage: {usage}");
        if (failure.Advice is { } advice)
            context.Error.WriteLine(advice);
        return failure.ExitCode;
    }

    /// <summary>The flag as argparse names it: <c>--name/-n</c>.</summary>
    public static string DisplayName(Option option) => string.Join('/', [option.Name, .. option.Aliases.Where(alias => alias != option.Name)]);

    private static Option? Find(Command command, string word) =>
        command.Options.FirstOrDefault(option => option.Name == word || option.Aliases.Contains(word));

    /// <summary>az shows the first error's sentence and leaves its code out.</summary>
    private static string MessageOf(RegistryException refused, CommandException failure) =>
        Denial.Explain(refused) is null && refused.Errors is [{ Message.Length: > 0 } first, ..] ? OneLine(first.Message) : failure.Message;

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    private static void RefuseSurplus(ParseResult parse, Command command)
    {
        var surplus = parse.UnmatchedTokens.ToList();
        if (command is AzCommand verb)
        {
            // A flag that is not known stands among the words, wherever the words that are wanted stand.
            var words = (parse.GetResult(verb.Positional)?.Tokens ?? []).Select(token => token.Value).ToArray();
            surplus.AddRange(words.Any(word => word is ['-', _, ..]) ? words : words.Skip(verb.Rule.Max));
        }
        // Only the flags are repeated: what follows a mistyped flag may be a secret.
        var flags = surplus.Where(token => token is ['-', _, ..]).Select(token => token.Split('=')[0]).ToArray();
        if (surplus.Count > 0)
        {
            throw new CommandException(ExitCode.Usage, $"unrecognized arguments: {Printable.Of(string.Join(' ', flags is [] ? [.. surplus] : flags))}")
            {
                Usage = (command as VerbCommand)?.UsageLine,
                Advice = flags is [var flag, ..] && Nearest.Of(flag, Flag.Names(command)) is { Length: > 0 } near ? $"Did you mean '{string.Join("' or '", near)}' ?" : null,
            };
        }
    }
}
