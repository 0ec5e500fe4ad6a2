using Gantry.Protocol.Runs;

namespace Gantry.Server.Metadata;

/// <summary>Runs, their leases, and their logs while they grow.</summary>
/// <remarks><code>
///   add ──► Queued ──(1) lease──► Started ──(2) first log──► Running ──(3) finish──► final
///             ▲  │                    │                          │
///             │  └──(4) cancel────────┼──────────────────────────┼──────────────────► final
///             └────────(5) the lease ended without a word────────┘  too often, or too late ──► final
/// </code>
/// A lease is a fence: once a run has another one, or none, every word under the old one is refused.
/// </remarks>
public interface IRunStore
{
    /// <summary>The next number for a run of this registry. One that is not used stays unused.</summary>
    ValueTask<long> TakeRunNumberAsync(RegistryId registry, CancellationToken ct);

    /// <summary>Adds a run and takes its source; in use where <paramref name="maxQueued"/> wait in its registry, missing where its source is not there for it.</summary>
    ValueTask<CommitOutcome> AddRunAsync(RunRecord run, int maxQueued, CancellationToken ct);

    ValueTask<RunRecord?> FindRunAsync(RunKey run, CancellationToken ct);

    /// <summary>The run that a lease was given for, while that run knows the lease.</summary>
    ValueTask<RunRecord?> FindRunAsync(Guid lease, CancellationToken ct);

    ValueTask<IReadOnlyList<RunRecord>> ListRunsAsync(RegistryId registry, RunFilter filter, CancellationToken ct);

    /// <summary>Takes the run that waits longest, of any registry; one whose lease has ended waits too. Null where none waits.</summary>
    ValueTask<RunRecord?> LeaseRunAsync(LeaseTerms terms, CancellationToken ct);

    /// <summary>Lets a lease last until a time; null where it has ended.</summary>
    ValueTask<RunRecord?> RenewLeaseAsync(Guid lease, DateTimeOffset ends, CancellationToken ct);

    /// <summary>Lets a run wait again, as if its worker had never tried; null where the lease has ended.</summary>
    ValueTask<RunRecord?> ReleaseLeaseAsync(Guid lease, DateTimeOffset now, CancellationToken ct);

    /// <summary>Adds to a log at its end, or knows that the bytes are there.</summary>
    ValueTask<LogAppendResult> AppendRunLogAsync(LogAppend append, CancellationToken ct);

    /// <summary>Up to <paramref name="limit"/> bytes of a log that is in the database; null where that run's log is not.</summary>
    ValueTask<ReadOnlyMemory<byte>?> ReadRunLogAsync(RunKey run, long offset, int limit, CancellationToken ct);

    /// <summary>Ends a run that waits, and asks the worker of one that runs to end it. Null where there is no such run; one that is over stays as it was.</summary>
    ValueTask<RunRecord?> CancelRunAsync(RunKey run, DateTimeOffset now, CancellationToken ct);

    /// <summary>Ends a run as its worker says; null where the lease has ended. Harmless to repeat.</summary>
    ValueTask<RunRecord?> FinishRunAsync(Guid lease, RunOutcome outcome, DateTimeOffset now, CancellationToken ct);

    /// <summary>Ends runs whose worker is lost for good, that were to be canceled and have no worker, or whose time is long over.</summary>
    ValueTask<IReadOnlyList<RunKey>> EndOverdueRunsAsync(OverdueTerms terms, CancellationToken ct);

    /// <summary>Keeps a run for good, or not.</summary>
    ValueTask<RunRecord?> ArchiveRunAsync(RunKey run, bool archived, CancellationToken ct);

    /// <summary>Runs that are over and whose log is still in the database.</summary>
    ValueTask<IReadOnlyList<RunRecord>> ListUnsettledRunsAsync(int limit, CancellationToken ct);

    /// <summary>Forgets the log that the driver has now.</summary>
    ValueTask SettleRunAsync(RunKey run, CancellationToken ct);

    /// <summary>Settled runs that ended before a time, and that nobody archived.</summary>
    ValueTask<IReadOnlyList<RunRecord>> ListFinishedRunsAsync(DateTimeOffset before, int limit, CancellationToken ct);

    ValueTask RemoveRunAsync(RunKey run, CancellationToken ct);
}
