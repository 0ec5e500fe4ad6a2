namespace Gantry.Server.Metadata;

/// <summary>Bytes that a worker adds to a run's log.</summary>
public sealed record LogAppend
{
    public required Guid Lease { get; init; }

    /// <summary>Where the worker believes the log to end.</summary>
    public required long Offset { get; init; }

    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Most bytes of log that are kept; beyond them <see cref="Notice"/> stands once.</summary>
    public required long MaxKept { get; init; }

    /// <summary>The line that says that the rest is left out.</summary>
    public required ReadOnlyMemory<byte> Notice { get; init; }

    public required DateTimeOffset Now { get; init; }
}
