using System.Text;
using Gantry.Cli.Output;

namespace Gantry.Cli.Tests.Output;

public sealed class LogOutputTests
{
    /// <summary>What comes out when the log arrives byte by byte: every way of cutting it at once.</summary>
    private static async Task<string> WriteAsync(string log, bool isTerminal, bool isRaw = false)
    {
        using var output = new MemoryStream();
        await using var text = new StreamWriter(output, new UTF8Encoding(false)) { AutoFlush = true };
        var context = new CommandContext
        {
            Output = output,
            Out = text,
            Error = TextWriter.Null,
            Input = Stream.Null,
            ReadSecret = () => null,
            Environment = _ => null,
            EnvironmentNames = () => [],
            WorkingDirectory = Path.GetTempPath(),
            Terminal = new Terminal { OutputIsTerminal = isTerminal },
        };
        var writer = new LogOutput(context, isRaw);
        foreach (var b in Encoding.UTF8.GetBytes(log))
            await writer.WriteAsync(new[] { b }, default);
        await writer.FinishAsync(default);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    [Theory]
    [InlineData("one\r\ntwo\r\n", "one\ntwo\n")]
    [InlineData("one\ntwo", "one\ntwo")]
    [InlineData("50%\r100%\r\n", "50%\r100%\n")]
    [InlineData("a\r\r\n", "a\r\n")]
    [InlineData("end\r", "end\r")]
    public async Task Ends_of_lines_are_changed_and_nothing_else(string log, string written) => Assert.Equal(written, await WriteAsync(log, isTerminal: false));

    [Theory]
    [InlineData("é€𝄞\r\n", false, "é€𝄞\n")]
    [InlineData("tab\there\r\n", false, "tab\there\n")]
    [InlineData("50%\r100%\r\n", false, "50%\\u000d100%\n")]
    [InlineData("\u001b[31mred\u202e\r\n", false, "\\u001b[31mred\\u202e\n")]
    [InlineData("\u001b[31mred\r\n", true, "\u001b[31mred\n")]
    public async Task On_a_terminal_what_moves_the_cursor_is_shown_and_not_done_unless_raw(string log, bool isRaw, string written) =>
        Assert.Equal(written, await WriteAsync(log, isTerminal: true, isRaw));
}
