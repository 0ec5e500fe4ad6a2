using System.CommandLine;

namespace Gantry.Cli.Options;

/// <summary>Flags that contradict each other.</summary>
internal static class Exclusive
{
    /// <exception cref="CommandException">More than one of the flags was given.</exception>
    public static void Refuse(ParseResult parse, params ReadOnlySpan<Option> flags)
    {
        List<string> given = [];
        foreach (var flag in flags)
        {
            if (parse.IsGiven(flag))
                given.Add(flag.Name);
        }
        if (given.Count > 1)
            throw CommandException.WrongUsage($"{string.Join(", ", given)} cannot be used at the same time");
    }
}
