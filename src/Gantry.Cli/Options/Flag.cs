using System.CommandLine;

namespace Gantry.Cli.Options;

/// <summary>Makes flags that behave as scripts written for oras and az expect: the last one wins, a switch takes its value only after <c>=</c>.</summary>
internal static class Flag
{
    public static Option<bool> Switch(string name, string help, params string[] aliases) =>
        new(name, aliases) { Description = help };

    /// <summary>A value. Given twice, the last counts.</summary>
    public static Option<string?> Text(string name, string value, string help, params string[] aliases) => new(name, aliases)
    {
        Description = help,
        HelpName = value,
        Arity = new ArgumentArity(1, ushort.MaxValue),
        CustomParser = result => result.Tokens is [.., var last] ? last.Value : null,
    };

    /// <summary>A value that may be given several times.</summary>
    public static Option<string[]> List(string name, string value, string help, params string[] aliases) => new(name, aliases)
    {
        Description = help,
        HelpName = value,
        Arity = new ArgumentArity(1, ushort.MaxValue),
        CustomParser = result => [.. result.Tokens.Select(token => token.Value)],
    };

    /// <summary>A whole number from 1 on.</summary>
    public static Option<int> Count(string name, int fallback, string help, params string[] aliases) => new(name, aliases)
    {
        Description = $"{help} (default {fallback})",
        HelpName = "int",
        Arity = new ArgumentArity(1, ushort.MaxValue),
        DefaultValueFactory = _ => fallback,
        CustomParser = result =>
        {
            if (result.Tokens is [.., var last] && int.TryParse(last.Value, out var number) && number >= 1)
                return number;
            result.AddError("a whole number from 1 on is expected");
            return fallback;
        },
    };

    /// <summary>The same flag, kept out of the help.</summary>
    public static T Hide<T>(T option)
        where T : Option
    {
        option.Hidden = true;
        return option;
    }

    /// <summary>The long names of a command's flags that its help shows.</summary>
    public static IEnumerable<string> Names(Command command) => command.Options.Where(option => !option.Hidden).Select(option => option.Name);

    /// <summary>Whether the user gave the flag.</summary>
    public static bool IsGiven(this ParseResult parse, Option option) => parse.GetResult(option) is { Implicit: false };
}
