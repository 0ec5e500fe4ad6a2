using System.Globalization;

namespace Gantry.Chaos;

/// <summary>What <c>eng/chaos</c> was told, and where it found the programs.</summary>
internal sealed record ChaosOptions
{
    private static readonly string[] Known = ["--root", "--gantry", "--oras", "--skopeo", "--report", "--minutes", "--seed", "--nodes", "--operations", "--faults"];

    /// <summary>The repository: its <c>eng</c> starts the stores.</summary>
    public required string Root { get; init; }

    /// <summary>The published program.</summary>
    public required string Program { get; init; }

    public required string Oras { get; init; }

    public required string Skopeo { get; init; }

    /// <summary>The file that the report goes to; null for standard output alone.</summary>
    public string? Report { get; init; }

    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(10);

    public ulong Seed { get; init; } = 1;

    /// <summary>One keeps SQLite and files; more share PostgreSQL and S3.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>Nodes are restarted in turn, in order, and nothing else happens: then no request may fail at all.</summary>
    public bool RollingOnly { get; init; }

    /// <summary>How many operations the run must have had to count.</summary>
    public int MinOperations { get; init; }

    /// <exception cref="FormatException">That is no command line of ours; the message says why.</exception>
    public static ChaosOptions Parse(IReadOnlyList<string> args)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Count; i += 2)
        {
            if (!Known.Contains(args[i]))
                throw new FormatException($"there is no flag {args[i]}");
            if (i + 1 == args.Count)
                throw new FormatException($"{args[i]} wants a value");
            flags[args[i]] = args[i + 1];
        }
        if (Known[..4].FirstOrDefault(flag => !flags.ContainsKey(flag)) is { } missing)
            throw new FormatException($"{missing} is missing: eng/chaos gives it");
        if (flags.TryGetValue("--faults", out var faults) && faults is not ("all" or "rolling"))
            throw new FormatException($"--faults: \"{faults}\" is neither all nor rolling");
        return new ChaosOptions
        {
            Root = flags["--root"],
            Program = flags["--gantry"],
            Oras = flags["--oras"],
            Skopeo = flags["--skopeo"],
            Report = flags.GetValueOrDefault("--report"),
            Duration = TimeSpan.FromMinutes(Number(flags, "--minutes", 10, 1, 24 * 60)),
            Seed = (ulong)Number(flags, "--seed", 1, 0, int.MaxValue),
            Nodes = Number(flags, "--nodes", 3, 1, 9),
            RollingOnly = faults == "rolling",
            MinOperations = Number(flags, "--operations", 0, 0, int.MaxValue),
        };
    }

    private static int Number(Dictionary<string, string> flags, string flag, int otherwise, int from, int to)
    {
        if (!flags.TryGetValue(flag, out var text))
            return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= from && number <= to
            ? number
            : throw new FormatException($"{flag}: \"{text}\" is no number from {from} to {to}");
    }
}
