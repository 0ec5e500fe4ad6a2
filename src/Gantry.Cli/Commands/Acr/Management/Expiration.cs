using System.CommandLine;
using System.Globalization;
using Gantry.Cli.Options;
using Gantry.Protocol;

namespace Gantry.Cli.Commands.Acr.Management;

/// <summary>When new passwords end: at a time, after some days, or never.</summary>
internal sealed class Expiration
{
    private readonly Option<string?> _time = Flag.Text("--expiration", "TIME", "when the passwords end, in UTC: 2027-12-31T12:59:59Z (default never)");

    private readonly Option<int?> _days = ListOptions.Number("--expiration-in-days", "N", "after how many days the passwords end (default never)");

    public void AddTo(Command command)
    {
        _days.Aliases.Add("--days");
        command.Add(_time);
        command.Add(_days);
    }

    public bool IsGiven(ParseResult parse) => parse.IsGiven(_time) || parse.IsGiven(_days);

    /// <returns>Null for never.</returns>
    /// <exception cref="CommandException">Both are given, or the time is none.</exception>
    public DateTimeOffset? Read(ParseResult parse, TimeProvider clock)
    {
        if (parse.IsGiven(_time) && parse.IsGiven(_days))
            throw CommandException.WrongUsage($"usage error: {_time.Name} TIME | {_days.Name} N");
        if (parse.GetValue(_days) is { } days)
        {
            var now = clock.GetUtcNow();
            return days < (DateTimeOffset.MaxValue - now).TotalDays ? now.AddDays(days) : null;
        }
        if (parse.GetValue(_time) is not { } text)
            return null;
        return DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time > clock.GetUtcNow() ? time : throw CommandException.WrongUsage($"argument {_time.Name}: {Printable.Of(text)} has passed already")
            : throw CommandException.WrongUsage($"argument {_time.Name}: \"{Printable.Of(text)}\" is not a time such as 2027-12-31T12:59:59Z");
    }
}
