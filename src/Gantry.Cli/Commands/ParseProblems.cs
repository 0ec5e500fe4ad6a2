using System.CommandLine;
using System.CommandLine.Parsing;
using Gantry.Protocol;

namespace Gantry.Cli.Commands;

/// <summary>Says what is wrong with a command line in the words that users of oras know.</summary>
internal static class ParseProblems
{
    /// <exception cref="CommandException">The command line has a mistake.</exception>
    public static void Refuse(ParseResult parse, Command command, IReadOnlyList<string> args, string commandName)
    {
        RefuseUnknownFlags(parse, command, args);
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

    /// <summary>cobra's words for a flag it does not know.</summary>
    public static string UnknownFlag(string token)
    {
        if (token.StartsWith("--", StringComparison.Ordinal))
            return $"unknown flag: {Printable.Of(token.Split('=')[0])}";
        return $"unknown shorthand flag: '{Printable.Of(token.AsSpan(1, 1))}' in {Printable.Of(token)}";
    }

    /// <summary>The parser hands over as an argument whatever it does not know, so a mistyped flag would become a file name.</summary>
    private static void RefuseUnknownFlags(ParseResult parse, Command command, IReadOnlyList<string> args)
    {
        var literal = args.SkipWhile(arg => arg != "--").Skip(1).ToHashSet();
        var tokens = command is VerbCommand verb ? parse.GetResult(verb.Positional)?.Tokens.Select(token => token.Value) ?? [] : parse.UnmatchedTokens;
        foreach (var token in tokens.Concat(parse.UnmatchedTokens))
        {
            if (token is ['-', _, ..] && !literal.Contains(token))
                throw CommandException.WrongUsage(UnknownFlag(token));
        }
    }

    private static string Explain(OptionResult option, string message)
    {
        var name = option.Option.Name;
        if (option.Tokens.Count > 0)
            return $"invalid argument \"{Printable.Of(option.Tokens[^1].Value)}\" for \"{name}\" flag: {message}";
        if (option.IdentifierToken is null)
            return $"required flag(s) \"{name.TrimStart('-')}\" not set";
        return option.IdentifierToken.Value is ['-', var letter and not '-', ..]
            ? $"flag needs an argument: '{letter}' in -{letter}"
            : $"flag needs an argument: {name}";
    }
}
