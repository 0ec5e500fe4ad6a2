using System.Text;

namespace Gantry.Cli.Output;

/// <summary>Text from elsewhere on its way to a terminal: whole and readable, but unable to move the cursor or start a new line.</summary>
internal static class TerminalText
{
    public static string Of(string text) => Of(text, MovesCursor);

    /// <summary>The same for text of several lines, which may have tabs.</summary>
    public static string OfLines(string text) => Of(text, static c => c is not ('\n' or '\t') && MovesCursor(c));

    private static string Of(string text, Func<char, bool> moves)
    {
        if (!text.Any(moves))
            return text;
        var safe = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (moves(c))
                safe.Append("\\u").Append(((int)c).ToString("x4"));
            else
                safe.Append(c);
        }
        return safe.ToString();
    }

    /// <summary>Control characters, and those that turn the direction of what follows.</summary>
    private static bool MovesCursor(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u200e' and <= '\u200f') or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
