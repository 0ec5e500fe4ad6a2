using System.Globalization;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Admin;

/// <summary>Times as operators write them: <c>90s</c>, <c>30m</c>, <c>12h</c>, <c>7d</c>, or seconds without a unit.</summary>
internal static class Seconds
{
    private const long Most = 100L * 365 * 24 * 3600;

    /// <exception cref="CommandException">The text is no time.</exception>
    public static long Read(string flag, string text)
    {
        var unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 24 * 3600, >= '0' and <= '9' => 1, _ => 0 };
        var digits = text.Length > 0 && !char.IsAsciiDigit(text[^1]) ? text[..^1] : text;
        return unit > 0 && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= Most / unit
            ? number * unit
            : throw CommandException.WrongUsage($"{flag}: \"{Printable.Of(text)}\" is not a time", "Write 90s, 30m, 12h or 7d.");
    }
}
