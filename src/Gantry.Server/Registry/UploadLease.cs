using Gantry.Server.Metadata;

namespace Gantry.Server.Registry;

/// <summary>One request's claim on a session against the other nodes of a cluster, renewed while the request lasts.</summary>
/// <remarks>A node that dies frees the session within <see cref="Lifetime"/>. One that was stopped for so long finds its claim lost, and stores nothing more.</remarks>
internal sealed class UploadLease : IAsyncDisposable
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(9);

    private static readonly TimeSpan RenewalInterval = TimeSpan.FromSeconds(2);

    private readonly ILeaseStore _store;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly Task _renewals;
    private JobLease _lease;

    private UploadLease(ILeaseStore store, JobLease lease, TimeProvider time)
    {
        (_store, _lease) = (store, lease);
        _renewals = RenewAsync(time);
    }

    /// <summary>Claims a session; null while another node works on it.</summary>
    public static async ValueTask<UploadLease?> TakeAsync(ILeaseStore store, Guid session, string node, TimeProvider time, CancellationToken ct) =>
        await store.TakeJobAsync(UploadRecord.LeaseOf(session), node, Lifetime, ct) is { } lease ? new UploadLease(store, lease, time) : null;

    /// <summary>One more than that of the claim before, whichever node had it.</summary>
    public long Fence => _lease.Fence;

    /// <summary>Set once another node may have the session.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Makes sure that the session is still this node's.</summary>
    /// <exception cref="IOException">It is not.</exception>
    public async ValueTask ConfirmAsync(CancellationToken ct)
    {
        if (_lost.IsCancellationRequested || await _store.RenewJobAsync(_lease, Lifetime, ct) is null)
            throw new IOException("another node has taken up this upload");
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _renewals;
        try
        {
            await _store.ReleaseJobAsync(_lease, CancellationToken.None);
        }
        catch (IOException)
        {
            // It ends by itself.
        }
        _end.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(RenewalInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                try
                {
                    if (await _store.RenewJobAsync(_lease, Lifetime, _end.Token) is not { } renewed)
                    {
                        await _lost.CancelAsync();
                        return;
                    }
                    _lease = renewed;
                }
                catch (IOException)
                {
                    // The store cannot be asked just now, and nobody else can take the session there either. Before the bytes get their name the claim is confirmed.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The request is over.
        }
        catch (ObjectDisposedException)
        {
            // The server stops.
            await _lost.CancelAsync();
        }
    }
}
