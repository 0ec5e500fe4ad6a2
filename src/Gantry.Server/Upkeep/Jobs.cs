using Gantry.Server.Metadata;

namespace Gantry.Server.Upkeep;

/// <summary>Runs background jobs, each under a lease that is renewed while it runs: one node of the cluster does it at a time.</summary>
public sealed class Jobs(ILeaseStore leases, TimeProvider time)
{
    // A node that died is followed by another one within this time.
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    private readonly Renewal _renewal = new(Lifetime, Lifetime / 3, time);

    /// <summary>Does a job, unless somebody else is at it.</summary>
    /// <param name="job">The lease's name.</param>
    /// <param name="work">The job. Its token ends when the lease is lost; what it still writes under the lease is refused then.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>False where somebody else is at it.</returns>
    /// <exception cref="IOException">The lease was lost on the way.</exception>
    public async ValueTask<bool> TryRunAsync(string job, Func<JobLease, CancellationToken, ValueTask> work, CancellationToken ct)
    {
        // A holder for each run: two runs of one process are two holders.
        if (await leases.TakeJobAsync(job, Guid.NewGuid().ToString("N"), Lifetime, ct) is not { } lease)
            return false;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var renewal = RenewAsync(lease, over);
        try
        {
            await work(lease, over.Token);
            return true;
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested && over.IsCancellationRequested)
        {
            throw new IOException($"the lease of the job \"{job}\" was lost", e);
        }
        finally
        {
            await over.CancelAsync();
            await renewal;
            await ReleaseAsync(lease);
        }
    }

    private async Task RenewAsync(JobLease lease, CancellationTokenSource over)
    {
        if (await _renewal.KeepAsync(async ct => await leases.RenewJobAsync(lease, Lifetime, ct) is not null, over.Token))
            await over.CancelAsync();
    }

    private async ValueTask ReleaseAsync(JobLease lease)
    {
        try
        {
            await leases.ReleaseJobAsync(lease, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It ends by itself.
        }
    }
}
