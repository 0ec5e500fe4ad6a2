using System.Globalization;
using Gantry.Server.Audit;
using Gantry.Server.Defence;

namespace Gantry.Cli.Commands.Serve;

/// <summary>The settings of rate limits, failed sign-ins and the audit record: a part of <see cref="ServeSettings.All"/>.</summary>
internal static class DefenceSettings
{
    private const string None = "off";

    private static readonly (string Name, string Whose, RateClass Kind)[] Classes =
    [
        ("read", "reads", RateClass.Read),
        ("write", "pushes and changes", RateClass.Write),
        ("delete", "deletions", RateClass.Delete),
        ("referrers", "lists of referrers", RateClass.Referrers),
        ("token", "sign-ins", RateClass.Token),
    ];

    private static readonly (string Name, AuditClass Kind)[] Records =
    [
        ("reads", AuditClass.Reads), ("writes", AuditClass.Writes), ("logins", AuditClass.Logins), ("management", AuditClass.Management), ("all", AuditClass.All),
    ];

    public static IEnumerable<ServeSetting> All { get; } =
    [
        // First: what is said of one class counts more than a profile does.
        new("rate-limits", SettingKind.Text, "PROFILE", "requests a minute that one server answers: off, acr-standard or acr-premium (default off)",
            (options, values) => options with { Defence = ReadProfile(values[^1], options.Defence) }),
        .. Classes.Select(PerIdentity),
        .. Classes.Select(PerRegistry),
        new("rate-limit-anonymous", SettingKind.Text, "BY", "callers without credentials count as one, or each address for itself: registry or address (default registry)",
            (options, values) => options with { Defence = options.Defence with { AnonymousByAddress = ReadAnonymous(values[^1]) } }),
        new("failed-sign-ins-address", SettingKind.Text, "N", "wrong sign-ins a minute from one address before they are told to wait, or off (default 60)",
            (options, values) => options with { Defence = options.Defence with { FailuresPerAddress = ReadCount(values[^1]) } }),
        new("failed-sign-ins-name", SettingKind.Text, "N", "wrong sign-ins a minute with one name before they are told to wait, or off (default 60)",
            (options, values) => options with { Defence = options.Defence with { FailuresPerName = ReadCount(values[^1]) } }),
        new("audit", SettingKind.List, "CLASS=off", "leave a class out of the audit record: reads, writes, logins, management or all",
            (options, values) => options with { Audit = options.Audit with { Left = ReadLeft(values) } }),
        new("audit-max-bytes", SettingKind.Number, "BYTES", "audit record that is kept, the oldest goes first (default 1073741824)",
            (options, values) => options with { Audit = options.Audit with { MaxBytes = ReadBytes(values[^1]) } }),
        new("audit-file-bytes", SettingKind.Number, "BYTES", "size at which a new file of it is begun (default 67108864)",
            (options, values) => options with { Audit = options.Audit with { FileBytes = ReadBytes(values[^1]) } }),
        new("audit-queue", SettingKind.Number, "N", "audit records that may wait to be written (default 65536)",
            (options, values) => options with { Audit = options.Audit with { MaxWaiting = (int)Math.Min(ReadBytes(values[^1]), int.MaxValue) } }),
        new("audit-mode", SettingKind.Text, "MODE", "where they find no room: drop counts them, strict lets what changes something wait (default drop)",
            (options, values) => options with { Audit = options.Audit with { Mode = ReadMode(values[^1]) } }),
        new("audit-output", SettingKind.Text, "FILE", "file that receives each audit record as well, or - for standard output",
            (options, values) => options with { Audit = options.Audit with { Output = values[^1] } }),
    ];

    private static ServeSetting PerIdentity((string Name, string Whose, RateClass Kind) row) =>
        new($"rate-limit-{row.Name}", SettingKind.Text, "N", $"{row.Whose} a minute of one identity, or off (default off)",
            (options, values) => options with { Defence = options.Defence.With(row.Kind, options.Defence.Of(row.Kind) with { Identity = ReadCount(values[^1]) }) });

    private static ServeSetting PerRegistry((string Name, string Whose, RateClass Kind) row) =>
        new($"rate-limit-registry-{row.Name}", SettingKind.Text, "N", $"{row.Whose} a minute of all of a registry's callers together, or off (default off)",
            (options, values) => options with { Defence = options.Defence.With(row.Kind, options.Defence.Of(row.Kind) with { Registry = ReadCount(values[^1]) }) });

    private static DefenceOptions ReadProfile(string text, DefenceOptions before) =>
        DefenceOptions.Find(text) is { } profile
            ? profile with { AnonymousByAddress = before.AnonymousByAddress, FailuresPerAddress = before.FailuresPerAddress, FailuresPerName = before.FailuresPerName }
            : throw new FormatException("the profile is off, acr-standard or acr-premium");

    private static long ReadCount(string text) =>
        text == None ? 0
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= RateQuota.Most ? count
        : throw new FormatException($"write a number from 1 to {RateQuota.Most}, or off");

    private static bool ReadAnonymous(string text) => text switch
    {
        "registry" => false,
        "address" => true,
        _ => throw new FormatException("write registry or address"),
    };

    private static AuditClass ReadLeft(IReadOnlyList<string> values)
    {
        var left = AuditClass.None;
        foreach (var value in values)
        {
            var (name, state) = value.Split('=') is [var before, var after] ? (before, after) : ("", "");
            var row = Records.FirstOrDefault(row => row.Name == name);
            if (row.Name is null || state is not ("on" or None))
                throw new FormatException("write CLASS=off or CLASS=on, with reads, writes, logins, management or all");
            left = state == None ? left | row.Kind : left & ~row.Kind;
        }
        return left;
    }

    private static AuditMode ReadMode(string text) => text switch
    {
        "drop" => AuditMode.Drop,
        "strict" => AuditMode.Strict,
        _ => throw new FormatException("the mode is drop or strict"),
    };

    private static long ReadBytes(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
