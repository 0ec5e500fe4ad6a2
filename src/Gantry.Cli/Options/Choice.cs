using System.CommandLine;
using System.CommandLine.Parsing;
using Gantry.Protocol;

namespace Gantry.Cli.Options;

/// <summary>Makes flags whose values are a few words. Case does not matter, as with az.</summary>
internal static class Choice
{
    public static Option<T> Of<T>(string name, T fallback, string help, IReadOnlyList<(string Word, T Value)> words, params string[] aliases) => new(name, aliases)
    {
        Description = $"{help}: {string.Join(", ", words.Select(word => word.Word))}",
        HelpName = "value",
        Arity = new ArgumentArity(1, ushort.MaxValue),
        DefaultValueFactory = _ => fallback,
        CustomParser = result => Read(result, name, fallback, words),
    };

    /// <summary>A switch with three states: not given, <c>true</c> (also without a value), <c>false</c>. Text, since the parser itself decides what a truth value is.</summary>
    public static Option<string?> TrueOrFalse(string name, string help) => new(name)
    {
        Description = help,
        HelpName = "true|false",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result => result.Tokens is [] ? "true" : Read<string?>(result, name, null, [("true", "true"), ("false", "false")]),
    };

    /// <summary>The state of such a switch; null where it was not given.</summary>
    public static bool? GetState(this ParseResult parse, Option<string?> option) => parse.IsGiven(option) ? parse.GetValue(option) == "true" : null;

    private static T Read<T>(ArgumentResult result, string name, T fallback, IReadOnlyList<(string Word, T Value)> words)
    {
        var given = result.Tokens[^1].Value;
        foreach (var (word, value) in words)
        {
            if (word.Equals(given, StringComparison.OrdinalIgnoreCase))
                return value;
        }
        result.AddError($"'{Printable.Of(given)}' is not a valid value for '{name}'. Allowed values: {string.Join(", ", words.Select(word => word.Word))}.");
        return fallback;
    }
}
