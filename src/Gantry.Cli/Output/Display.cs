using System.CommandLine;
using Gantry.Cli.Options;

namespace Gantry.Cli.Output;

/// <summary>Chooses how a transfer is shown.</summary>
internal static class Display
{
    /// <summary>Bars on a terminal; else lines, where text is the result; else nothing.</summary>
    public static IStatus Of(ParseResult parse, CommandContext context, DebugOptions common, TerminalOptions terminal, StatusWords words, OutputFormat format) =>
        terminal.DrawsBars(parse, common, context)
            ? new ProgressBars(context.Error, words, context.Time, context.Terminal.Width, context.Terminal.Height)
            : format == OutputFormat.Text ? new StatusLines(context.Out, words) : SilentStatus.Instance;
}
