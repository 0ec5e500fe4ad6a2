using System.Buffers;
using System.Globalization;
using Gantry.Build.Dockerfile;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Plan;

/// <summary>Turns HEALTHCHECK into the config's form.</summary>
internal static class HealthcheckEvaluation
{
    private static readonly (string Unit, long Nanoseconds)[] Units =
        [("ns", 1), ("us", 1_000), ("µs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000)];

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    public static ImageHealthcheck Evaluate(DockerfileDocument document, HealthcheckInstruction health)
    {
        if (health.Command is not { } command)
            return new ImageHealthcheck { Test = ["NONE"] };
        return new ImageHealthcheck
        {
            Test = command.IsShell ? ["CMD-SHELL", .. command.Arguments] : ["CMD", .. command.Arguments],
            Interval = Duration("interval"),
            Timeout = Duration("timeout"),
            StartPeriod = Duration("start-period"),
            StartInterval = Duration("start-interval"),
            Retries = Count("retries"),
        };

        Flag? Find(string name) => health.Flags.FirstOrDefault(flag => flag.Name == name);

        long Duration(string name) => Find(name) is not { } flag ? 0
            : ParseDuration(flag.Value ?? "") ?? throw document.Source.Problem(flag.Span, $"--{name} takes a time", "Write a number and a unit, as in 30s or 1m30s.");

        long Count(string name) => Find(name) is not { } flag ? 0
            : int.TryParse(flag.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count
            : throw document.Source.Problem(flag.Span, $"--{name} takes a whole number", "Write --retries=3, for instance.");
    }

    /// <summary>Go's duration text in nanoseconds: numbers with units, one after another. Null where it is none, or beyond what the config holds.</summary>
    internal static long? ParseDuration(string text)
    {
        var rest = text.AsSpan();
        if (rest is "0")
            return 0;
        var total = 0m;
        if (rest.IsEmpty)
            return null;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return null;
            rest = rest[digits..];
            var end = rest.IndexOfAny(Digits);
            var unit = (end < 0 ? rest : rest[..end]).ToString();
            var scale = Array.Find(Units, candidate => candidate.Unit == unit).Nanoseconds;
            if (scale == 0 || number > long.MaxValue / scale || (total += number * scale) > long.MaxValue)
                return null;
            rest = rest[unit.Length..];
        }
        return (long)total;
    }
}
