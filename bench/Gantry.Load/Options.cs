using System.Globalization;
using System.Text.RegularExpressions;
using Gantry.Load.Peers;

namespace Gantry.Load;

/// <summary>What <c>eng/bench</c> was told, and where it found the programs.</summary>
internal sealed record Options
{
    private static readonly string[] Known = ["--gantry", "--docker-registry", "--nginx", "--buildah", "--results", "--only", "--seconds"];

    public required PeerPrograms Programs { get; init; }

    public required string Buildah { get; init; }

    /// <summary>The folder that results go to.</summary>
    public required string Results { get; init; }

    public string Topic { get; init; } = "all";

    public int Rounds { get; init; } = 5;

    public Regex? Only { get; init; }

    /// <summary>Whether a missed promise fails the run.</summary>
    public bool Gate { get; init; }

    /// <summary>How long a cell is measured where no count bounds it.</summary>
    public TimeSpan CellTime { get; init; } = TimeSpan.FromSeconds(1.2);

    public bool Wants(string topic) => Topic == "all" || Topic == topic;

    public bool Wants(string topic, string story) => Wants(topic) && (Only is null || Only.IsMatch(story));

    /// <exception cref="FormatException">That is no command line of ours; the message says why.</exception>
    public static Options Parse(IReadOnlyList<string> args)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        var words = new List<string>();
        var gate = false;
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--gate")
                gate = true;
            else if (!args[i].StartsWith("--", StringComparison.Ordinal))
                words.Add(args[i]);
            else if (i + 1 < args.Count && Known.Contains(args[i]))
                flags[args[i]] = args[++i];
            else
                throw new FormatException(Known.Contains(args[i]) ? $"{args[i]} wants a value" : $"there is no flag {args[i]}");
        }
        if (Known[..5].FirstOrDefault(flag => !flags.ContainsKey(flag)) is { } missing)
            throw new FormatException($"{missing} is missing: eng/bench gives it");
        return Read(words, flags, new Options
        {
            Programs = new PeerPrograms { Gantry = flags["--gantry"], DockerRegistry = flags["--docker-registry"], Nginx = flags["--nginx"] },
            Buildah = flags["--buildah"],
            Results = flags["--results"],
            Gate = gate,
        });
    }

    private static Options Read(IReadOnlyList<string> words, Dictionary<string, string> flags, Options options)
    {
        foreach (var word in words)
        {
            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) && rounds > 0)
                options = options with { Rounds = rounds };
            else if (word is "all" or "builds" or "registry" or "memory" or "collect" or "signins")
                options = options with { Topic = word };
            else
                throw new FormatException($"\"{word}\" is neither a topic nor a number of rounds");
        }
        if (flags.TryGetValue("--seconds", out var text))
        {
            if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) || seconds is <= 0 or > 3600)
                throw new FormatException($"--seconds: \"{text}\" is no number of seconds up to 3600");
            options = options with { CellTime = TimeSpan.FromSeconds(seconds) };
        }
        try
        {
            return flags.TryGetValue("--only", out var only)
                ? options with { Only = new Regex(only, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)) }
                : options;
        }
        catch (RegexParseException e)
        {
            throw new FormatException($"--only: {e.Message}", e);
        }
    }
}
