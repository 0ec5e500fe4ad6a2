namespace Gantry.Cli.Output;

/// <summary>What a long command of the server is at: one line on a terminal, written over again and again. Elsewhere nothing, so that logs hold results.</summary>
internal sealed class ProgressLine(TextWriter error, Terminal terminal) : IDisposable
{
    private const string Erase = "\r\e[K";

    private bool _drawn;

    /// <param name="word">From the server: it must not move the cursor.</param>
    public void Show(string word)
    {
        if (!terminal.ErrorIsTerminal)
            return;
        var line = TerminalText.Of(word);
        // The last column stays free, or the terminal would begin a new line.
        error.Write(Erase + (line.Length < terminal.Width ? line : line[..(terminal.Width - 1)]));
        error.Flush();
        _drawn = true;
    }

    public void Dispose()
    {
        if (_drawn)
            error.Write(Erase);
    }
}
