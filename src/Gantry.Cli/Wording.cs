using System.CommandLine;
using Gantry.Cli.Commands;
using Gantry.Protocol;

namespace Gantry.Cli;

/// <summary>How mistakes are told: as oras tells them, or as az does, so that people and scripts meet what they know.</summary>
internal abstract class Wording
{
    public static readonly Wording Oras = new OrasWording();

    /// <summary>The wording of a command line: az's for its own grammar, whichever name the program has.</summary>
    public static Wording Of(string invokedName, IReadOnlyList<string> args) =>
        invokedName == InvokedName.Az || (invokedName == InvokedName.Gantry && args.FirstOrDefault(arg => arg is not ['-', ..]) == "acr")
            ? AzWording.Instance
            : Oras;

    public abstract CommandException UnknownCommand(string name, string word, IReadOnlyList<Verb> verbs);

    /// <summary>How it ends when a group is named and no command of it; its help is shown.</summary>
    public virtual int ExitOfGroup => ExitCode.Done;

    /// <summary>The same words, spelled so that the parser cannot take a value for a flag: a secret may begin with a dash.</summary>
    /// <exception cref="CommandException">A flag is written as it may not be.</exception>
    public abstract IReadOnlyList<string> Rewrite(Command command, IReadOnlyList<string> args);

    /// <exception cref="CommandException">The command line has a mistake.</exception>
    public abstract void Refuse(ParseResult parse, Command command, string commandName);

    /// <summary>Writes the failure and gives the exit code.</summary>
    public abstract int Report(Exception exception, CommandContext context, CancellationToken ct);

    /// <summary>The words that may be suggested.</summary>
    protected static IEnumerable<string> Names(IEnumerable<Verb> verbs) => verbs.Where(verb => !verb.Hidden).SelectMany(verb => (string[])[verb.Name, .. verb.Aliases]);

    private sealed class OrasWording : Wording
    {
        public override CommandException UnknownCommand(string name, string word, IReadOnlyList<Verb> verbs) =>
            CommandException.WrongUsage(
                $"unknown command \"{Printable.Of(word)}\" for \"{name}\"",
                Nearest.Of(word, Names(verbs)) is { Length: > 0 } near ? $"Did you mean \"{string.Join("\" or \"", near)}\"?" : $"Run '{name} --help' for usage.");

        public override IReadOnlyList<string> Rewrite(Command command, IReadOnlyList<string> args) => FlagWalk.Rewrite(command, args);

        public override void Refuse(ParseResult parse, Command command, string commandName) =>
            ParseProblems.Refuse(parse, command, commandName);

        public override int Report(Exception exception, CommandContext context, CancellationToken ct) => Failure.Report(exception, context, ct);
    }
}
