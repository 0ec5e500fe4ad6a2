using Gantry.Protocol.Runs;

namespace Gantry.Server.Metadata;

/// <summary>A run as it survives a restart.</summary>
public sealed record RunRecord
{
    public required RunKey Key { get; init; }

    /// <summary>The registry's count of runs when this one was made. Never used twice; lists are in its order.</summary>
    public required long Number { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string Owner { get; init; }

    /// <summary>The generation of the owner's tokens at that time. The run moves content only while it is that.</summary>
    public long OwnerGeneration { get; init; }

    /// <summary>The registry's host as its owner named it.</summary>
    public required string LoginServer { get; init; }

    /// <summary>What was asked for, normalised. The values of secret arguments are gone once the run is over.</summary>
    public required RunRequest Request { get; init; }

    /// <summary>Id of the uploaded context; null where there is none.</summary>
    public string? Source { get; init; }

    public required RunStatus Status { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Updated { get; init; }

    /// <summary>When a worker first took it.</summary>
    public DateTimeOffset? Started { get; init; }

    public DateTimeOffset? Finished { get; init; }

    /// <summary>When its time is over, however many workers share that time.</summary>
    public DateTimeOffset? Deadline { get; init; }

    public bool CancelRequested { get; init; }

    /// <summary>How it ended; null before that.</summary>
    public RunOutcome? Outcome { get; init; }

    /// <summary>The lease under which a worker has it, or ended it. Null while it waits, and where the server itself ended it.</summary>
    public Guid? Lease { get; init; }

    public DateTimeOffset? LeaseEnds { get; init; }

    /// <summary>Workers that took it so far.</summary>
    public int Attempts { get; init; }

    /// <summary>Bytes of log that workers sent.</summary>
    public long LogOffset { get; init; }

    /// <summary>Bytes of log that can be read: fewer where the log went beyond its bound, more where the server added the last word.</summary>
    public long LogLength { get; init; }

    /// <summary>Whether the log has moved from the database to the driver.</summary>
    public bool LogStored { get; init; }

    /// <summary>Whether it stays when its time to be kept is over.</summary>
    public bool Archived { get; init; }

    /// <summary>Whether a lease counts at a time.</summary>
    public bool IsLeased(Guid lease, DateTimeOffset now) => !Status.IsFinal && Lease == lease && now < LeaseEnds;
}
