namespace Gantry.Server.Metadata;

/// <summary>On what terms a worker takes a run.</summary>
public sealed record LeaseTerms
{
    /// <summary>The new lease's id, drawn at random.</summary>
    public required Guid Lease { get; init; }

    /// <summary>What the worker calls itself.</summary>
    public required string Worker { get; init; }

    /// <summary>A run that so many workers have lost is not given away any more.</summary>
    public required int MaxAttempts { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>How long the lease lasts unless it is renewed.</summary>
    public required TimeSpan Lifetime { get; init; }
}
