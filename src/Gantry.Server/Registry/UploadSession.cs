using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;

namespace Gantry.Server.Registry;

/// <summary>An upload session in the hands of one request. Disposing lets go of it; the session stays open unless it was completed or cancelled.</summary>
/// <remarks><code>
///   client ──(1) bytes──► session ──(2) verify──► (3) hold the digest, bytes in their place ──(4) link──► repository
///                            ▲                                                                              │
///                            └────────────────────────(5) forget the session◄───────────────────────────────┘
/// </code>
/// A sweep may want the same digest. It takes (row and links go, the digest is noted as going), deletes the bytes, and finishes (the note goes):
/// <code>
///   hold … place … link … take            the sweep finds a young candidate, and leaves it
///   hold … take                           the sweep passes over what is held
///   take … hold                           the upload waits until the sweep has finished, then puts its bytes where nothing is
///   hold … hold ends … take … delete … place … link     only where a hold is a row with an end, and the upload was stuck for longer:
///   hold … place … hold ends … take … delete … link     the link is refused, and the upload begins again at (3). Bytes without a row
///                                                       are served to nobody; "check" removes those that an upload left and gave up.
/// </code>
/// So whoever is told that a blob is linked has bytes that no sweep will touch before the grace is over.
/// </remarks>
public sealed class UploadSession : IAsyncDisposable
{
    private const int MaxPlacings = 3;

    // Longer than any store takes to put an upload's bytes in their place.
    private static readonly TimeSpan HoldLifetime = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan MaxHoldWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstHoldPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MaxHoldPause = TimeSpan.FromMilliseconds(500);

    private readonly UploadRecord _record;
    private readonly IBlobUpload _upload;
    private readonly UploadHashes _hashes;
    private readonly Stores _stores;
    private readonly UploadHashes.Entry _hash;
    private bool _finished;

    internal UploadSession(UploadRecord record, IBlobUpload upload, UploadHashes hashes, Stores stores, UploadHashes.Entry? hash = null)
    {
        _record = record;
        _upload = upload;
        _hashes = hashes;
        _stores = stores;
        // A session that was just made has an id that nobody knows yet.
        _hash = hash ?? hashes.Enter(record.Id)!;
    }

    public Guid Id => _record.Id;

    /// <summary>Bytes received so far.</summary>
    public long Length => _upload.Length;

    /// <summary>Whether the database knows the session: one that lives for a single request is not written there.</summary>
    internal bool Known { get; init; }

    /// <summary>The claim against other nodes; null where there are none.</summary>
    internal UploadLease? Lease { get; init; }

    /// <summary>Appends what the client sends. What arrived before a failure is kept: the client may go on from there.</summary>
    /// <param name="content">The request's body.</param>
    /// <param name="expected">How many bytes the client announced; null where it announced none.</param>
    /// <param name="ct">Stops between blocks.</param>
    /// <exception cref="RegistryException">The blob would be too large, or the body was not as long as announced.</exception>
    public async ValueTask AppendAsync(Stream content, long? expected, CancellationToken ct)
    {
        // (1) The hash runs while the bytes arrive. One that missed bytes, as after a restart, is left out: step 2 reads them again.
        var start = _upload.Length;
        if (start == 0)
        {
            _hash.Hash?.Dispose();
            _hash.Hash = _record.Algorithm.CreateHash();
            (_hash.Length, _hash.State) = (0, _upload.State);
        }
        var current = _hash.Hash is { } hash && Covers(start) ? hash : null;
        var whole = expected is { } announced && announced < long.MaxValue - start ? start + announced : long.MaxValue;
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, Lease?.Lost ?? CancellationToken.None);
            await _upload.AppendAsync(Lease is null ? content : new ClaimedStream(content, Lease), current is null ? [] : [current], Math.Min(whole, _stores.Limits.MaxBlobBytes), stop.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new IOException("another node has taken up this upload", e);
        }
        catch (BlobTooLargeException e)
        {
            // The store may have a bound of its own, below both.
            throw e.Limit == _stores.Limits.MaxBlobBytes || e.Limit < whole
                ? new RegistryException(ErrorCode.BlobTooLarge, $"this registry takes blobs of at most {e.Limit} bytes")
                : new RegistryException(ErrorCode.SizeInvalid, $"the body is longer than the {expected} bytes that were announced");
        }
        finally
        {
            if (current is not null)
                (_hash.Length, _hash.State) = (_upload.Length, _upload.State);
        }
        if (expected is not null && _upload.Length != whole)
            throw new RegistryException(ErrorCode.SizeInvalid, $"the body has {_upload.Length - start} bytes where {expected} were announced");
    }

    /// <summary>Makes what was received a blob of the repository, and ends the session.</summary>
    /// <exception cref="RegistryException">The bytes are not those of the digest: the session is gone. Or a lock forbids writing.</exception>
    public async ValueTask CompleteAsync(Digest expected, CancellationToken ct)
    {
        // (2) Nothing is stored under a name that is not its own, and nobody else adds to it meanwhile.
        if (Lease is not null)
            await Lease.ConfirmAsync(ct);
        Refusal.DemandStorable(expected.Algorithm);
        var actual = await HashAsync(expected.Algorithm, ct);
        if (actual != expected)
        {
            await CancelAsync(ct);
            throw new RegistryException(ErrorCode.DigestInvalid, $"the content has digest {actual}, not {expected}");
        }

        // (3) and (4). To read them may have taken long.
        if (Lease is not null)
            await Lease.EnsureAsync(ct);
        var outcome = await PlaceAsync(expected, ct);

        // (5) Whatever the link came to, the bytes are no longer the session's.
        _finished = true;
        await ForgetAsync(ct);
        Refusal.Demand(outcome, Refusal.Unknown(_record.Repository.Name));
    }

    private async ValueTask ForgetAsync(CancellationToken ct)
    {
        if (!Known)
            return;
        try
        {
            await _stores.Metadata.RemoveUploadAsync(_record.Id, ct);
        }
        catch (IOException)
        {
            // What the link came to is answered all the same: the sweep forgets the session.
        }
    }

    private async ValueTask<CommitOutcome> PlaceAsync(Digest digest, CancellationToken ct)
    {
        var (path, length) = (BlobPaths.Blob(digest), _upload.Length);
        for (var attempt = 0; attempt < MaxPlacings; attempt++)
        {
            // (3) Bytes before names. A crash after this line leaves garbage for the sweep, never a broken name.
            var hold = await HoldAsync(digest, ct);
            var outcome = CommitOutcome.ConditionFailed;
            try
            {
                // Bytes that an earlier attempt put there may have been swept. Under the new hold they stay as they are.
                if (attempt == 0)
                    await _upload.CommitAsync(path, ct);
                else if ((await _stores.Driver.StatAsync(path, ct))?.Size != length)
                    break;

                // (4) One transaction, harmless to repeat. A lock that came meanwhile still holds.
                outcome = await _stores.Metadata.LinkHeldBlobAsync(_record.Repository, hold, length, _stores.Time.GetUtcNow(), ct);
            }
            finally
            {
                // The link has ended it, whatever it came to; what failed before the link has not.
                if (outcome is CommitOutcome.ConditionFailed)
                    await _stores.Metadata.ReleaseHoldAsync(hold, CancellationToken.None);
            }
            // What was received was verified; what the store has made of it was not read yet. The first pull does.
            if (outcome is not CommitOutcome.ConditionFailed)
                return outcome;
        }
        await CancelAsync(ct);
        throw new RegistryException(ErrorCode.Unavailable, "the blob was collected while it was stored; upload it again") { RetryAfter = TimeSpan.FromSeconds(1) };
    }

    /// <summary>Waits where a sweep is deleting an older copy of the same bytes, which takes it moments.</summary>
    /// <remarks>Asking may cost a write in a database that all nodes share: what takes longer is asked after less often.</remarks>
    private async ValueTask<BlobHold> HoldAsync(Digest digest, CancellationToken ct)
    {
        var began = _stores.Time.GetTimestamp();
        for (var pause = FirstHoldPause; ; pause = pause * 2 < MaxHoldPause ? pause * 2 : MaxHoldPause)
        {
            if (await _stores.Metadata.HoldBlobAsync(digest, HoldLifetime, ct) is { } hold)
                return hold;
            if (_stores.Time.GetElapsedTime(began) >= MaxHoldWait)
                throw new RegistryException(ErrorCode.Unavailable, "an older copy of the blob is being removed; try again") { RetryAfter = TimeSpan.FromSeconds(5) };
            await Task.Delay(pause, _stores.Time, ct);
        }
    }

    /// <summary>Drops the session with its bytes. Harmless to repeat.</summary>
    public async ValueTask CancelAsync(CancellationToken ct)
    {
        if (_finished)
            return;
        _finished = true;
        await _upload.CancelAsync(ct);
        if (Known)
            await _stores.Metadata.RemoveUploadAsync(_record.Id, ct);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await LetGoAsync();
        }
        finally
        {
            // Whatever the driver makes of it, the next request may claim the session, here or on another node.
            // The lease goes first: a successor on this node would take it under the same name, and lose it to this release.
            try
            {
                if (Lease is not null)
                    await Lease.DisposeAsync();
            }
            finally
            {
                _hashes.Leave(_record.Id, _finished || !Known);
            }
        }
    }

    private async ValueTask LetGoAsync()
    {
        try
        {
            // To let go may write, which whoever may have the session by now would meet.
            if (!_finished && Lease is { IsCertain: false })
                await Lease.ConfirmAsync(CancellationToken.None);
        }
        catch
        {
            _upload.Abandon();
            throw;
        }
        finally
        {
            await _upload.DisposeAsync();
        }
    }

    private bool Covers(long length) => _hash.Length == length && _hash.State == _upload.State;

    private async ValueTask<Digest> HashAsync(DigestAlgorithm algorithm, CancellationToken ct)
    {
        if (_upload.Length == 0)
            return Digest.Of(algorithm, []);
        if (_hash.Hash is { } running && Covers(_upload.Length) && _record.Algorithm == algorithm)
        {
            // Taking the digest empties the hash: should a later step fail, the next attempt reads the bytes.
            _hash.Length = -1;
            return Digest.FromHash(algorithm, running);
        }

        await using var content = await _upload.OpenReadAsync(ct);
        return await HashAsync(content, algorithm, ct);
    }

    /// <summary>Reads a stream to its end for its digest.</summary>
    internal static async ValueTask<Digest> HashAsync(Stream content, DigestAlgorithm algorithm, CancellationToken ct)
    {
        const int Block = 256 * 1024;
        using var hash = algorithm.CreateHash();
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(Block);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer.AsMemory(0, Block), ct)) > 0)
                hash.AppendData(buffer, 0, read);
            return Digest.FromHash(algorithm, hash);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What a session writes to.</summary>
    internal sealed record Stores(IMetadataStore Metadata, IBlobDriver Driver, RegistryLimits Limits, TimeProvider Time);
}
