using System.CommandLine;

namespace Gantry.Cli.Options;

/// <summary>Whether progress bars are drawn.</summary>
internal sealed class TerminalOptions
{
    public Option<bool> NoTty { get; } = Flag.Switch("--no-tty", "disable progress bars");

    public void AddTo(Command command) => command.Add(NoTty);

    /// <summary>Bars need a terminal at standard error, and debug logs would tear them.</summary>
    public bool DrawsBars(ParseResult parse, DebugOptions common, CommandContext context) =>
        context.Terminal.ErrorIsTerminal && !parse.GetValue(NoTty) && !parse.GetValue(common.Debug);
}
