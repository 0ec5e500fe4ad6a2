using Gantry.Server.Metadata;

namespace Gantry.Server.Registry;

/// <summary>One request's claim on a session against the other nodes of a cluster, renewed while the request lasts.</summary>
/// <remarks>
/// A node that dies frees the session within <see cref="Lifetime"/>. One that was stopped, or could not ask the database, for almost so long
/// cannot tell by itself whether it alone was cut off: it takes no more bytes until the database says. Where all were cut off nobody has
/// the session, and it goes on; else the claim is lost, and the request stores nothing more.
/// </remarks>
internal sealed class UploadLease : IAsyncDisposable
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(9);

    /// <summary>After a renewal. What is on its way to the blob store has the rest of the lifetime to arrive.</summary>
    private static readonly TimeSpan CertainFor = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan RenewalInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AskInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>A client that waits for longer is better told to come back.</summary>
    private static readonly TimeSpan MaxDoubt = TimeSpan.FromSeconds(30);

    private readonly ILeaseStore _store;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly Task _renewals;
    private readonly JobLease _lease;
    private long _renewed;

    private UploadLease(ILeaseStore store, JobLease lease, TimeProvider time, long taken)
    {
        (_store, _lease, _time, _renewed) = (store, lease, time, taken);
        _renewals = RenewAsync();
    }

    /// <summary>Claims a session; null while another node works on it.</summary>
    public static async ValueTask<UploadLease?> TakeAsync(ILeaseStore store, Guid session, string node, TimeProvider time, CancellationToken ct)
    {
        var asked = time.GetTimestamp();
        return await store.TakeJobAsync(UploadRecord.LeaseOf(session), node, Lifetime, ct) is { } lease ? new UploadLease(store, lease, time, asked) : null;
    }

    /// <summary>One more than that of the claim before, whichever node had it.</summary>
    public long Fence => _lease.Fence;

    /// <summary>Set once another node has, or had, the session.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Makes sure that the session is still this node's.</summary>
    /// <exception cref="IOException">It is not.</exception>
    public async ValueTask ConfirmAsync(CancellationToken ct)
    {
        if (_lost.IsCancellationRequested || !await TryRenewAsync(ct))
            throw new IOException("another node has taken up this upload");
    }

    /// <summary>Makes sure that the session is still this node's, as the last renewal tells; where that was long ago, waits for the next.</summary>
    /// <exception cref="IOException">It is not, or nobody can say for longer than a client waits.</exception>
    public async ValueTask EnsureAsync(CancellationToken ct)
    {
        for (var began = _time.GetTimestamp(); !IsCertain; await Task.Delay(AskInterval, _time, ct))
        {
            try
            {
                await ConfirmAsync(ct);
                return;
            }
            catch (IOException) when (!_lost.IsCancellationRequested && _time.GetElapsedTime(began) < MaxDoubt)
            {
                // The database cannot be asked.
            }
        }
    }

    /// <summary>Whether the last renewal is so recent that no other node can have the session yet.</summary>
    public bool IsCertain => !_lost.IsCancellationRequested && _time.GetElapsedTime(Interlocked.Read(ref _renewed)) < CertainFor;

    private async ValueTask<bool> TryRenewAsync(CancellationToken ct)
    {
        var asked = _time.GetTimestamp();
        if (await _store.RenewJobAsync(_lease, Lifetime, ct) is null)
        {
            await _lost.CancelAsync();
            return false;
        }
        Interlocked.Exchange(ref _renewed, asked);
        return true;
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

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(RenewalInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                try
                {
                    if (!await TryRenewAsync(_end.Token))
                        return;
                }
                catch (IOException)
                {
                    // The database cannot be asked just now. Whoever needs to be certain asks again, and waits.
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
