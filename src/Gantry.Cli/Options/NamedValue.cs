using System.CommandLine;
using Gantry.Protocol;

namespace Gantry.Cli.Options;

/// <summary>A build argument of the command line, <c>NAME[=VALUE]</c>.</summary>
/// <param name="Name">Never empty.</param>
/// <param name="Value">What is written, else the environment's; null where that has none either.</param>
internal sealed record NamedValue(string Name, string? Value)
{
    /// <exception cref="CommandException">There is no name. The message does not repeat the value, which may be a secret.</exception>
    public static NamedValue Parse(string text, Option flag, CommandContext context)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? text : text[..equals];
        return name.Length > 0
            ? new NamedValue(name, equals < 0 ? context.Environment(name) : text[(equals + 1)..])
            : throw CommandException.WrongUsage($"{flag.Name}: an argument needs a name: NAME=VALUE");
    }

    /// <summary>What is said of an argument that has no value.</summary>
    public string ExplainAbsence(Option flag) => $"{flag.Name} {Printable.Of(Name)} has no value, and the environment has none for it: it is left out";
}
