using System.CommandLine;
using Gantry.Cli.Options;
using Gantry.Protocol;

namespace Gantry.Cli.Commands;

/// <summary>Reads flags by the rules of oras (pflag) and writes them so that the parser has nothing to guess.</summary>
/// <remarks>
/// The rules: a flag with a value takes the next word whatever it looks like, so a password may begin with a dash; a switch takes a value only
/// after <c>=</c>; letters may be bundled, the last one with its value; what begins with a dash and is not known is a mistake; after <c>--</c>
/// nothing is a flag.
/// </remarks>
internal sealed class FlagWalk(Command command)
{
    private readonly List<string> _words = [];

    /// <summary>The same command line, with every flag spelled out: <c>--name=value</c>.</summary>
    /// <exception cref="CommandException">A flag is unknown, lacks its value, or has one that it cannot have.</exception>
    public static IReadOnlyList<string> Rewrite(Command command, IReadOnlyList<string> args)
    {
        var walk = new FlagWalk(command);
        for (var i = 0; i < args.Count; i++)
        {
            var arg = args[i];
            if (arg == "--")
            {
                walk._words.AddRange(args.Skip(i));
                break;
            }
            var next = i + 1 < args.Count ? args[i + 1] : null;
            if (arg.StartsWith("--", StringComparison.Ordinal))
                i += walk.Long(arg, next);
            else if (arg.Length > 1 && arg[0] == '-')
                i += walk.Letters(arg, next);
            else
                walk._words.Add(arg);
        }
        return walk._words;
    }

    /// <summary>What cobra says of a flag it does not know.</summary>
    public static string Unknown(string arg) => arg.StartsWith("--", StringComparison.Ordinal)
        ? $"unknown flag: {Printable.Of(arg.Split('=')[0])}"
        : $"unknown shorthand flag: '{Printable.Of(arg.AsSpan(1, Math.Min(1, arg.Length - 1)))}' in {Printable.Of(arg)}";

    /// <returns>How many of the following words were its value.</returns>
    private int Long(string arg, string? next)
    {
        var equals = arg.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? arg : arg[..equals];
        var option = Find(name) ?? throw Refuse(arg, name);
        if (IsSwitch(option))
        {
            AddSwitch(option, name, equals < 0 ? "true" : arg[(equals + 1)..]);
            return 0;
        }
        if (equals >= 0)
        {
            Add(name, arg[(equals + 1)..]);
            return 0;
        }
        Add(name, next ?? throw CommandException.WrongUsage($"flag needs an argument: {name}"));
        return 1;
    }

    private int Letters(string arg, string? next)
    {
        for (var i = 1; i < arg.Length; i++)
        {
            var name = $"-{arg[i]}";
            var option = Find(name) ?? throw Refuse($"-{arg[i..]}", name);
            var rest = arg[(i + 1)..];
            if (IsSwitch(option))
            {
                if (rest is ['=', .. var value])
                {
                    AddSwitch(option, name, value);
                    return 0;
                }
                AddSwitch(option, name, "true");
                continue;
            }
            if (rest.Length > 0)
            {
                Add(name, rest is ['=', .. var tail] ? tail : rest);
                return 0;
            }
            Add(name, next ?? throw CommandException.WrongUsage($"flag needs an argument: '{arg[i]}' in -{arg[i..]}"));
            return 1;
        }
        return 0;
    }

    private CommandException Refuse(string arg, string name) => new(ExitCode.Usage, Unknown(arg))
    {
        Usage = (command as VerbCommand)?.UsageLine,
        Advice = Nearest.Of(name, Flag.Names(command)) is { Length: > 0 } near && name.Length > 2 ? $"Did you mean {string.Join(" or ", near)}?" : null,
    };

    private Option? Find(string name) => command.Options.FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));

    private static bool IsSwitch(Option option) => option.ValueType == typeof(bool);

    private void AddSwitch(Option option, string name, string value) => Add(name, value switch
    {
        "true" or "True" or "TRUE" or "t" or "T" or "1" => "true",
        "false" or "False" or "FALSE" or "f" or "F" or "0" => "false",
        _ => throw CommandException.WrongUsage($"invalid argument \"{Printable.Of(value)}\" for \"{option.Name}\" flag: expecting true or false"),
    });

    /// <summary>One word, so that the value is never taken for a flag. The parser knows an empty value only as a word of its own.</summary>
    private void Add(string name, string value)
    {
        if (value.Length > 0)
        {
            _words.Add($"{name}={value}");
            return;
        }
        _words.Add(name);
        _words.Add("");
    }
}
