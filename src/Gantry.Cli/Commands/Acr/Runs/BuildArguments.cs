using System.CommandLine;
using Gantry.Cli.Options;
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

    private static IEnumerable<RunArgument> Read(ParseResult parse, Option<string[]> flag, bool isSecret, CommandContext context, Action<string> warn)
    {
        foreach (var text in parse.GetValue(flag) ?? [])
        {
            var argument = NamedValue.Parse(text, flag, context);
            if (argument.Value is { } value)
                yield return new RunArgument { Name = argument.Name, Value = value, IsSecret = isSecret };
            else
                warn(argument.ExplainAbsence(flag));
        }
    }
}
