using System.Globalization;
using System.Text.RegularExpressions;
using Gantry.Load.Peers;

namespace Gantry.Load;

/// <summary>What <c>eng/bench</c> was told, and where it found the programs.</summary>
internal sealed record Options
{
    public required PeerPrograms Programs { get; init; }

    public required string Buildah { get; init; }

    public required string Results { get; init; }

    public string Topic { get; init; } = "all";

    public int Rounds { get; init; } = 5;

    public Regex? Only { get; init; }

    public bool Gate { get; init; }

    public TimeSpan CellTime { get; init; } = TimeSpan.FromSeconds(1.2);

    public bool Wants(string topic) => Topic == "all" || Topic == topic;

    public bool Wants(string topic, string story) => Wants(topic) && (Only is null || Only.IsMatch(story));

    /// <returns>Null where that is no command line of ours.</returns>
    public static Options? Parse(IReadOnlyList<string> args)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        var words = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--gate")
                flags["--gate"] = "";
            else if (!args[i].StartsWith("--", StringComparison.Ordinal))
                words.Add(args[i]);
            else if (i + 1 < args.Count)
                flags[args[i]] = args[++i];
            else
                return null;
        }
        string[] known = ["--gantry", "--docker-registry", "--nginx", "--buildah", "--results", "--only", "--seconds", "--gate"];
        if (flags.Keys.Any(flag => !known.Contains(flag)) || words.Count > 2)
            return null;

        var (topic, rounds) = ("all", 5);
        foreach (var word in words)
        {
            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
                rounds = count;
            else if (word is "all" or "builds" or "registry" or "memory")
                topic = word;
            else
                return null;
        }
        return new Options
        {
            Programs = new PeerPrograms { Gantry = flags["--gantry"], DockerRegistry = flags["--docker-registry"], Nginx = flags["--nginx"] },
            Buildah = flags["--buildah"],
            Results = flags["--results"],
            Topic = topic,
            Rounds = rounds,
            Only = flags.TryGetValue("--only", out var only) ? new Regex(only, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)) : null,
            Gate = flags.ContainsKey("--gate"),
            CellTime = TimeSpan.FromSeconds(flags.TryGetValue("--seconds", out var seconds) ? double.Parse(seconds, CultureInfo.InvariantCulture) : 1.2),
        };
    }
}
