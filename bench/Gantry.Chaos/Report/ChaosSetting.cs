namespace Gantry.Chaos.Report;

/// <summary>What was run, for the report.</summary>
internal sealed record ChaosSetting
{
    public required TimeSpan Duration { get; init; }

    public required ulong Seed { get; init; }

    public required int Nodes { get; init; }

    /// <summary>The stores with their versions.</summary>
    public required string Stores { get; init; }

    /// <summary>The clients with their versions.</summary>
    public required string Clients { get; init; }
}
