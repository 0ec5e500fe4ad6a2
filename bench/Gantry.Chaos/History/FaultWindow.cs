namespace Gantry.Chaos.History;

/// <summary>When a fault was there and when it was over.</summary>
internal sealed record FaultWindow
{
    /// <summary>What kind of fault: the same wherever it strikes.</summary>
    public required string Kind { get; init; }

    public required string Fault { get; init; }

    public required long Begin { get; init; }

    /// <summary>When its cause was gone: for what strikes at once, the begin.</summary>
    public required long Removed { get; init; }

    /// <summary>When every node answered reads and writes again.</summary>
    public required long End { get; init; }

    /// <summary>How long it took to heal once its cause was gone.</summary>
    public TimeSpan Healing => TimeSpan.FromTicks(End - Removed);

    public bool Touches(long begin, long end) => begin <= End && end >= Begin;
}
