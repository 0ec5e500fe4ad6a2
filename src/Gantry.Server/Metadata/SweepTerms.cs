namespace Gantry.Server.Metadata;

/// <summary>On what terms a sweep takes candidates.</summary>
public sealed record SweepTerms
{
    /// <summary>The lease under which the sweep runs. A sweep that has lost it takes nothing.</summary>
    public required JobLease Lease { get; init; }

    /// <summary>Candidates younger than this stay.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>The candidate that the last batch ended with; null for the first batch.</summary>
    public BlobCandidate? After { get; init; }

    /// <summary>Most candidates that one transaction looks at.</summary>
    public required int Limit { get; init; }

    /// <summary>How long the sweep may take for their bytes. Then another sweep may finish what this one did not.</summary>
    public required TimeSpan Lifetime { get; init; }
}
