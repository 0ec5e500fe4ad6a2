using System.CommandLine;
using System.Globalization;
using Gantry.Cli.Options;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Acr;

/// <summary>How much of a list is shown, and in which order.</summary>
internal sealed class ListOptions
{
    public Option<int?> Top { get; } = Number("--top", "N", "show at most so many items");

    /// <summary>The wire's word for the order; null for the order of names.</summary>
    public Option<string?> OrderBy { get; } = Choice.Of<string?>("--orderby", null, "order of the items", [("time_asc", "timeasc"), ("time_desc", "timedesc")]);

    /// <summary>A whole number from 1 on, as argparse reads and refuses it.</summary>
    public static Option<int?> Number(string name, string value, string help) => new(name)
    {
        Description = help,
        HelpName = value,
        Arity = new ArgumentArity(1, ushort.MaxValue),
        CustomParser = result =>
        {
            if (result.Tokens is [.., var last] && int.TryParse(last.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
                return number;
            result.AddError($"argument {name}: invalid int value: '{Printable.Of(result.Tokens[^1].Value)}'");
            return null;
        },
    };

    /// <summary>The first items of a list; pages that nobody asked for are not fetched.</summary>
    public IAsyncEnumerable<T> Limit<T>(ParseResult parse, IAsyncEnumerable<T> items) => parse.GetValue(Top) is { } top ? items.Take(top) : items;
}
