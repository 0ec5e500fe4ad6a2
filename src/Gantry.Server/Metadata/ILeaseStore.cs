namespace Gantry.Server.Metadata;

/// <summary>Leases of background jobs: each job runs once in the cluster. Time is the store's own, so that the clocks of nodes need not agree.</summary>
public interface ILeaseStore
{
    /// <summary>Takes a job that nobody has, or whose holder's time is over. Who has it already keeps its fence and gets a new end.</summary>
    /// <returns>Null while another holder has it.</returns>
    ValueTask<JobLease?> TakeJobAsync(string name, string holder, TimeSpan lifetime, CancellationToken ct);

    /// <summary>Gives a lease a new end, also one that is over as long as nobody else took the job.</summary>
    /// <returns>Null where it is lost: its holder stops what it does under it.</returns>
    ValueTask<JobLease?> RenewJobAsync(JobLease lease, TimeSpan lifetime, CancellationToken ct);

    /// <summary>Gives the job back. Harmless where it is lost already.</summary>
    ValueTask ReleaseJobAsync(JobLease lease, CancellationToken ct);

    /// <summary>Keeps a small text with the job: a cursor, the last report.</summary>
    /// <returns>False where the lease is lost, and nothing was written.</returns>
    ValueTask<bool> WriteJobStateAsync(JobLease lease, string state, CancellationToken ct);

    /// <summary>What is known of a job; null where nobody ever had it.</summary>
    ValueTask<JobRecord?> FindJobAsync(string name, CancellationToken ct);
}
