using System.CommandLine;
using Gantry.Cli.Options;
using Gantry.Protocol;
using Gantry.Protocol.Runs;

namespace Gantry.Cli.Commands.Acr.Runs;

/// <summary><c>--build-arg</c> and <c>--secret-build-arg</c>. A message names an argument and never its value.</summary>
internal sealed class BuildArguments
{
    private readonly Option<string[]> _plain = Flag.List("--build-arg", "NAME[=VALUE]", "a build argument (repeatable); without a value, the environment's");
    private readonly Option<string[]> _secret = Flag.List("--secret-build-arg", "NAME[=VALUE]", "the same, its value shown nowhere");

    public void AddTo(Command command)
    {
        command.Add(_plain);
        command.Add(_secret);
    }

    /// <param name="parse">The flags.</param>
    /// <param name="context">Its environment gives the values that are not written.</param>
    /// <param name="warn">Told of arguments that are left out.</param>
    /// <exception cref="CommandException">An argument has no name.</exception>
    public IReadOnlyList<RunArgument> Read(ParseResult parse, CommandContext context, Action<string> warn) =>
        [.. Read(parse, _plain, isSecret: false, context, warn), .. Read(parse, _secret, isSecret: true, context, warn)];

    /// <summary>A name and its value: what is written, else the environment's; null where that has none either.</summary>
    /// <exception cref="CommandException">There is no name.</exception>
    public static (string Name, string? Value) Split(string text, Option flag, CommandContext context)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? text : text[..equals];
        if (name.Length == 0)
            throw CommandException.WrongUsage($"{flag.Name}: an argument needs a name: NAME=VALUE");
        return (name, equals < 0 ? context.Environment(name) : text[(equals + 1)..]);
    }

    /// <summary>What is said of an argument that has no value.</summary>
    public static string WithoutValue(Option flag, string name) => $"{flag.Name} {Printable.Of(name)} has no value, and the environment has none for it: it is left out";

    private static IEnumerable<RunArgument> Read(ParseResult parse, Option<string[]> flag, bool isSecret, CommandContext context, Action<string> warn)
    {
        foreach (var text in parse.GetValue(flag) ?? [])
        {
            var (name, value) = Split(text, flag, context);
            if (value is null)
                warn(WithoutValue(flag, name));
            else
                yield return new RunArgument { Name = name, Value = value, IsSecret = isSecret };
        }
    }
}
