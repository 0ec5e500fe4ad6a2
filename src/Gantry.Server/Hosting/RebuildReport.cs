namespace Gantry.Server.Hosting;

/// <summary>What a rebuild found, and what it could not.</summary>
public sealed record RebuildReport
{
    public required int Repositories { get; init; }

    public required int Manifests { get; init; }

    public required int Tags { get; init; }

    /// <summary>The number of the last change that the journal has.</summary>
    public required long LastChange { get; init; }

    /// <summary>When the newest of its changes was.</summary>
    public required DateTimeOffset Newest { get; init; }

    /// <summary>When the newest blob came; null where there is none.</summary>
    public required DateTimeOffset? NewestBlob { get; init; }

    /// <summary>Seconds before the loss of which nothing may be known, at least: how far the journal stays behind while all goes well, or more where blobs came after its last change.</summary>
    public required long MayMissSeconds { get; init; }

    /// <summary>What was wrong or is lost, in words.</summary>
    public required IReadOnlyList<string> Losses { get; init; }

    /// <summary>Where the database that was in the way is now; null where none was.</summary>
    public string? Aside { get; init; }
}
