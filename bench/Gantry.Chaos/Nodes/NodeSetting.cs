namespace Gantry.Chaos.Nodes;

/// <summary>How a node is started.</summary>
internal sealed record NodeSetting
{
    public required string Name { get; init; }

    /// <summary>The published program.</summary>
    public required string Program { get; init; }

    /// <summary>Its own folder: data and log.</summary>
    public required string Folder { get; init; }

    /// <summary>The address it listens at.</summary>
    public required string Host { get; init; }

    /// <summary>Words before the command that put it into its network; none for ours.</summary>
    public IReadOnlyList<string> Enter { get; init; } = [];

    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Where the stores are, with their secrets: process lists show flags.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
