using System.CommandLine;
using System.CommandLine.Parsing;
using Gantry.Protocol;

namespace Gantry.Cli.Commands;

/// <summary>Says what is wrong with a command line in the words that users of oras know.</summary>
internal static class ParseProblems
{
    /// <exception cref="CommandException">The command line has a mistake.</exception>
    public static void Refuse(ParseResult parse, Command command, string commandName)
    {
        foreach (var error in parse.Errors)
        {
            if (error.SymbolResult is OptionResult option)
                throw CommandException.WrongUsage(Explain(option, error.Message));
        }
        if (command is VerbCommand verb)
            verb.Rule.Check(commandName, (parse.GetValue(verb.Positional) ?? []).Length);
        else if (parse.UnmatchedTokens is [var stray, ..])
            throw CommandException.WrongUsage($"unrecognized argument: {Printable.Of(stray)}");
        if (parse.Errors is [var other, ..])
            throw CommandException.WrongUsage(other.Message);
    }

    private static string Explain(OptionResult option, string message)
    {
        var name = option.Option.Name;
        return option.IdentifierToken is null
            ? $"required flag(s) \"{name.TrimStart('-')}\" not set"
            : option.Tokens is [.., var last]
            ? $"invalid argument \"{Printable.Of(last.Value)}\" for \"{name}\" flag: {message}"
            : $"flag needs an argument: {name}";
    }
}
