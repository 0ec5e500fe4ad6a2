using System.Security.Cryptography;
using Gantry.Protocol.Distribution;

namespace Gantry.Server.Storage.S3;

/// <summary>An upload as the parts of a multipart upload, and a record that tells any node where they are.</summary>
/// <remarks><code>
///   content ──(1) fill a part──► (2) wait for the part before ──► (3) send it ──► uploads/TOKEN.NAME, in parts
///      ▲      and hash it                                           │
///      └────────── the next part is filled meanwhile ◄──────────────┘
///
///   let go:  ──(4) send what is as large as a part──► (5) uploads/TOKEN: the record, with the rest of the bytes in it
///
///   commit:  small ──► (6) stored at its path at once
///            in parts: (7) the rest is the last part ──► (8) the record names them all ──► (9) put together
///                      ──► (10) copied to its path ──► (11) what is in uploads/ goes, the record last
/// </code>
/// The record is the truth after a restart, and is replaced only by whoever read or wrote it last (If-Match): of two nodes that hold the same
/// session one is refused at (5) or (8). Parts are named by the ETags that this upload saw, so at (9) a part that somebody replaced
/// makes the commit fail. Whatever is neither parts nor the object that they became is gone, never an upload of no bytes. Whatever was hashed is in a buffer, in a part or in the record, so <see cref="Length"/> and the hashes agree after any failure.
/// </remarks>
internal sealed class S3Upload : IBlobUpload
{
    private readonly S3Bucket _bucket;
    private readonly ByteBudget _overlap;
    private PartBuffer _filling = new();
    private PartBuffer? _full;
    private Task? _sending;
    private S3Parts? _parts;
    private S3Whole? _whole;
    private string? _recordETag;
    private long _recorded;

    /// <summary>Parts that were handed to the sender, or that what was put together will be copied in.</summary>
    private int _handed;

    private bool _changed;
    private bool _committed;
    private Exception? _over;
    private bool _disposed;

    private S3Upload(S3Bucket bucket, ByteBudget overlap, string token) =>
        (_bucket, _overlap, Token, State) = (bucket, overlap, token, NewState());

    /// <summary>A new one; nothing is stored until there is a part's worth, or until it is let go.</summary>
    /// <param name="bucket">Where.</param>
    /// <param name="overlap">Memory that all uploads share.</param>
    public static S3Upload Create(S3Bucket bucket, ByteBudget overlap) => new(bucket, overlap, NewState()) { _changed = true };

    /// <summary>What is left of one whose bytes are gone: it can be cancelled, and nothing else.</summary>
    public static S3Upload OfRemains(S3Bucket bucket, ByteBudget overlap, string token) => new(bucket, overlap, token) { IsGone = true, _over = Gone() };

    /// <summary>One that is taken up again.</summary>
    public S3Upload(S3Bucket bucket, ByteBudget overlap, string token, S3Record record, string etag)
    {
        (_bucket, _overlap, Token, State) = (bucket, overlap, token, record.State);
        (_parts, _whole, _recordETag) = (record.Parts, record.Whole, etag);
        _handed = _parts?.List.Count ?? (_whole is null ? 0 : CopiesOf(_whole));
        _filling.Append(record.Rest.Span);
        Length = (_parts?.Length ?? 0) + (_whole?.Size ?? 0) + _filling.Length;
        _recorded = Length;
    }

    public string Token { get; }

    public string State { get; private set; }

    public long Length { get; private set; }

    public bool IsGone { get; private init; }

    /// <summary>The parts of a copy are large, for the store moves them; an object of up to 5 GiB is one.</summary>
    private long CopyPartBytes => _bucket.Options.LargestCopyBytes;

    public async ValueTask AppendAsync(Stream content, IReadOnlyList<IncrementalHash> hashes, long limit, CancellationToken ct)
    {
        RefuseIfOver();
        try
        {
            while (true)
            {
                if (_filling.Length >= _bucket.Options.PartBytes(_handed + 1))
                    await TurnAsync(wait: false);
                // (1) One byte more than there is room for is asked, to learn of it.
                var room = limit - Length;
                if (room < 0)
                    throw new BlobTooLargeException(limit);
                var memory = _filling.GetMemory(Math.Min(_bucket.Options.PartBytes(_handed + 1) - _filling.Length, Math.Min(room, int.MaxValue) + 1));
                var read = await content.ReadAsync(memory, ct);
                Keep(memory.Span[..(int)Math.Min(read, room)], hashes);
                if (read > room)
                    throw new BlobTooLargeException(limit);
                if (read == 0)
                    break;
                ct.ThrowIfCancellationRequested();
            }
            await SettleAsync();
        }
        catch
        {
            // What was received is kept whatever came of it; the next request or the commit sends again what could not be sent.
            if (_sending is { } sending)
                await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes, IReadOnlyList<IncrementalHash> hashes)
    {
        if (bytes.IsEmpty)
            return;
        State = NewState();
        _changed = true;
        foreach (var hash in hashes)
            hash.AppendData(bytes);
        _filling.Advance(bytes.Length);
        Length += bytes.Length;
    }

    /// <summary>Hands the part that is filled to the sender and begins another.</summary>
    /// <param name="wait">Whether to wait until it is sent, as whoever has no memory for two must.</param>
    private async ValueTask TurnAsync(bool wait)
    {
        // (2) Parts are sent in order, one at a time.
        await SettleAsync();
        if (_handed == S3Options.MaxParts)
            throw new BlobTooLargeException(Length);
        _handed++;
        var part = _full = _filling;
        _filling = new PartBuffer();
        var overlaps = !wait && _overlap.TryTake(part.Length);
        _sending = SendAsync(part, overlaps ? part.Length : 0);
        if (!overlaps)
            await SettleAsync();
    }

    /// <summary>Waits for the part that is on its way. One that could not be sent is tried again.</summary>
    private async ValueTask SettleAsync()
    {
        if (_sending is null && _full is null)
            return;
        try
        {
            await (_sending ?? SendAsync(_full!, 0));
        }
        finally
        {
            _sending = null;
        }
    }

    /// <summary>Step 3. Not cancelled with the request: what was received is kept.</summary>
    private async Task SendAsync(PartBuffer part, long taken)
    {
        try
        {
            var parts = await EnsurePartsAsync();
            var etag = await _bucket.PutPartAsync(parts, parts.List.Count + 1, part, CancellationToken.None);
            parts.Add(new S3Part(part.Length, etag));
            _full = null;
            part.Dispose();
            if (parts.Length - _recorded >= _bucket.Options.RecordInterval)
            {
                await RecordAsync(NewState(), sealing: false, rest: null);
                _recorded = parts.Length;
            }
        }
        finally
        {
            _overlap.Return(taken);
        }
    }

    /// <summary>The multipart upload that goes on. What was put together already becomes its first parts, copied within the store.</summary>
    private async ValueTask<S3Parts> EnsurePartsAsync()
    {
        if (_parts is not null)
            return _parts;
        var name = $"{S3Names.Upload(Token)}.{NewState()}";
        var parts = new S3Parts(name, await _bucket.StartPartsAsync(name, CancellationToken.None));
        if (_whole is { } whole)
        {
            await CopyInPartsAsync(whole, parts);
            _parts = parts;
            _whole = null;
            await RecordAsync(NewState(), sealing: false, rest: null);
            await _bucket.DeleteAsync(whole.Name, CancellationToken.None);
        }
        return _parts = parts;
    }

    private int CopiesOf(S3Whole whole) => (int)((whole.Size - 1) / CopyPartBytes) + 1;

    private async ValueTask CopyInPartsAsync(S3Whole whole, S3Parts parts)
    {
        // Of even size: the last one may not be smaller than the protocol's least, for others follow.
        var count = CopiesOf(whole);
        for (long i = 0, from = 0; i < count; i++)
        {
            var end = (long)((Int128)whole.Size * (i + 1) / count);
            var etag = await _bucket.CopyPartAsync(whole.Name, whole.ETag, new ByteRange(from, end - from), parts, (int)i + 1, CancellationToken.None);
            parts.Add(new S3Part(end - from, etag));
            from = end;
        }
    }

    /// <summary>Steps 5 and 8.</summary>
    private async ValueTask RecordAsync(string state, bool sealing, PartBuffer? rest)
    {
        using var record = new PartBuffer();
        record.Append(S3Record.WriteHead(state, _parts, _whole, sealing, rest?.Length ?? 0));
        if (rest is not null)
        {
            await using var source = rest.OpenRead();
            while (source.Position < source.Length)
                record.Advance(source.Read(record.GetMemory(source.Length - source.Position).Span));
        }
        var name = S3Names.Upload(Token);
        try
        {
            _recordETag = await _bucket.PutAsync(name, record.OpenRead, new S3Condition(_recordETag), CancellationToken.None);
        }
        catch (S3RefusedException e) when (e.IsLostCondition)
        {
            // Ours may be what is there: of an attempt whose answer was lost.
            if (await _bucket.ReadAsync(name, CancellationToken.None) is not { } found || !S3Record.TryParse(found.Bytes, out var read) || read.State != state)
            {
                _over = new IOException("another process went on with this upload", e);
                throw _over;
            }
            _recordETag = found.ETag;
        }
    }

    public async ValueTask<Stream> OpenReadAsync(CancellationToken ct)
    {
        RefuseIfOver();
        // Parts cannot be read before they are put together.
        if (_parts is not null || _full is not null)
            await SealAsync();
        Stream? start = null;
        if (_whole is { } whole)
        {
            var answer = await _bucket.GetAsync(whole.Name, ByteRange.All, whole.ETag, ct) ?? throw Gone();
            start = new S3ReadStream(_bucket, whole.Name, 0, answer);
        }
        return new S3HeldStream(start, _filling.OpenRead());
    }

    public async ValueTask CommitAsync(BlobPath path, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (_committed)
            return;
        RefuseIfOver();
        var target = S3Names.Object(path);
        if (_parts is null && _full is null && _whole is null)
        {
            // (6)
            await _bucket.PutAsync(target, _filling.OpenRead, null, ct);
        }
        else
        {
            // (7) to (9)
            if (_parts is not null || _full is not null || _filling.Length > 0)
                await SealAsync();

            // (10)
            await CopyAsync(_whole ?? throw Gone(), target, ct);
        }
        _committed = true;

        // (11) The blob is there: what could not be removed now is swept by its age.
        try
        {
            await RemoveAsync(CancellationToken.None);
        }
        catch (IOException)
        {
        }
    }

    /// <summary>Steps 7 to 9: makes everything that is held one object.</summary>
    private async ValueTask SealAsync()
    {
        // (7) The last part may be small.
        await SettleAsync();
        if (_filling.Length > 0)
            await TurnAsync(wait: true);

        // (8) Whoever finds this record knows that it may be done already, and by whom.
        var parts = _parts ?? throw Gone();
        await RecordAsync(State, sealing: true, rest: null);
        _recorded = Length;

        // (9)
        try
        {
            await _bucket.CompleteAsync(parts, CancellationToken.None);
        }
        catch (S3RefusedException e) when (e.IsAbsence)
        {
            // Done by an attempt whose answer was lost, or by nobody: the next line tells.
        }
        _whole = await FindWholeAsync(_bucket, parts, CancellationToken.None) ?? throw Gone();
        _parts = null;
        _handed = CopiesOf(_whole);
        _changed = true;
    }

    private async ValueTask CopyAsync(S3Whole whole, string target, CancellationToken ct)
    {
        if (whole.Size <= CopyPartBytes)
            await _bucket.CopyAsync(whole.Name, whole.ETag, whole.Size, target, ct);
        else
        {
            var parts = new S3Parts(target, await _bucket.StartPartsAsync(target, ct));
            try
            {
                await CopyInPartsAsync(whole, parts);
                await _bucket.CompleteAsync(parts, ct);
            }
            catch
            {
                await _bucket.AbortAsync(target, parts.UploadId, CancellationToken.None);
                throw;
            }
        }
        var size = (await _bucket.HeadAsync(target, ct))?.Size;
        if (size != whole.Size)
            throw new IOException($"the store copied {size ?? 0} bytes of {whole.Size}");
    }

    public async ValueTask CancelAsync(CancellationToken ct)
    {
        if (_committed || (_over is IOException && !IsGone))
            return;
        _over = new OperationCanceledException("the upload was cancelled");
        await RemoveAsync(ct);
    }

    /// <summary>Removes whatever lies in uploads/ of this one, the record last: while it is there a sweep finds the rest.</summary>
    private async ValueTask RemoveAsync(CancellationToken ct)
    {
        if (_sending is { } sending)
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_parts is null && _whole is null && _recordETag is null && !IsGone)
            return;
        var name = S3Names.Upload(Token);
        if (_parts is { } parts)
            await _bucket.AbortAsync(parts.Name, parts.UploadId, ct);
        if (_whole is { } whole)
            await _bucket.DeleteAsync(whole.Name, ct);
        if (!_committed)
            await RemoveRemainsAsync(_bucket, Token, ct);
        await _bucket.DeleteAsync(name, ct);
    }

    /// <summary>Removes what lies beside an upload's record: also what a process left that died before it could write it down.</summary>
    internal static async ValueTask RemoveRemainsAsync(S3Bucket bucket, string token, CancellationToken ct)
    {
        var start = $"{S3Names.Upload(token)}.";
        await foreach (var (name, id, _) in bucket.ListPartsAsync(start, ct))
            await bucket.AbortAsync(name, id, ct);
        await foreach (var (name, _) in bucket.ListAsync(start, ct))
            await bucket.DeleteAsync(name, ct);
    }

    /// <summary>The object that parts became, where they did.</summary>
    internal static async ValueTask<S3Whole?> FindWholeAsync(S3Bucket bucket, S3Parts parts, CancellationToken ct) =>
        await bucket.FindAsync(parts.Name, ct) is { } found && found.Size == parts.Length ? new S3Whole(parts.Name, found.Size, found.ETag) : null;

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        try
        {
            if (_changed && !_committed && _over is null)
                await LetGoAsync();
        }
        finally
        {
            if (_sending is { } sending)
                await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _full?.Dispose();
            _filling.Dispose();
        }
    }

    private async ValueTask LetGoAsync()
    {
        // (4)
        await SettleAsync();
        if (_filling.Length >= S3Options.MinPartBytes)
            await TurnAsync(wait: true);

        // (5)
        await RecordAsync(State, sealing: false, rest: _filling);
        _changed = false;
    }

    public void Abandon() => _over ??= new IOException("another process may have this upload");

    private void RefuseIfOver()
    {
        if (_committed)
            throw new InvalidOperationException("the upload is committed");
        if (_over is { } cause)
            throw new IOException($"the upload cannot go on: {cause.Message}", cause);
    }

    private static IOException Gone() => new("the bytes of the upload are gone");

    private static string NewState() => Guid.NewGuid().ToString("N");
}
