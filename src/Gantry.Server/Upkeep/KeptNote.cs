using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;

namespace Gantry.Server.Upkeep;

/// <summary>Renews the note of a digest while its bytes are read and copied, however long that takes. Disposing stops it.</summary>
internal sealed class KeptNote : IAsyncDisposable
{
    /// <summary>How often.</summary>
    public static readonly TimeSpan Interval = NoteTerm.Lifetime / 4;

    private readonly ICollectionStore _store;
    private readonly JobLease _lease;
    private readonly Digest _digest;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _over;
    private readonly Task _renewal;

    public KeptNote(ICollectionStore store, JobLease lease, Digest digest, TimeProvider time, CancellationToken ct)
    {
        (_store, _lease, _digest, _time) = (store, lease, digest, time);
        _over = CancellationTokenSource.CreateLinkedTokenSource(ct, _lost.Token);
        _renewal = RenewAsync();
    }

    /// <summary>Whether somebody else has the note, or may have it.</summary>
    public bool IsLost => _lost.IsCancellationRequested;

    /// <summary>Ends when the note is lost, or with what it is kept for.</summary>
    public CancellationToken Over => _over.Token;

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _renewal;
        _over.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync()
    {
        var renewal = new Renewal(NoteTerm.Lifetime, Interval, _time);
        if (await renewal.KeepAsync(async ct => (await _store.RenewNotesAsync(_lease, [_digest], NoteTerm.Lifetime, ct)).Count > 0, _over.Token))
            await _lost.CancelAsync();
    }
}
