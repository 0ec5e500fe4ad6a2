using System.Collections.Concurrent;
using System.IO.Pipelines;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Server.Storage;

namespace Gantry.Server.Registry;

/// <summary>Sends a blob's bytes, and sees to it that nobody takes wrong ones for it.</summary>
/// <remarks><code>
///   verified before, its object as it was then? ── yes ──► (1) send, as fast as the store reads
///        │ no
///        ├── the whole blob ──► (2) send and hash; the last block waits for the hash ── right ──► (4) remember
///        │                                                              └── wrong ──► cut short, suspect
///        └── a part of it ────► (3) read and hash all of it first, where that is a local file ── right ──► (4), (1)
/// </code>
/// A part of a blob that is not local is sent unverified: to read all of it for a part would cost more than it is worth. The scrub reads it in its turn.
/// </remarks>
internal sealed class BlobSender(IBlobDriver driver, VerifyReads mode, VerifiedBlobs verified, Action<ServedBlob> suspect)
{
    private const int Block = 256 * 1024;

    // Requests for parts of one blob that come at once wait for one reading of it.
    private readonly ConcurrentDictionary<Digest, Lazy<Task<bool>>> _readings = new();

    /// <summary>Writes and flushes a run of a blob's bytes.</summary>
    /// <returns>Bytes written: fewer than asked where the store holds fewer or others, -1 where nothing was written.</returns>
    public async ValueTask<long> SendAsync(ServedBlob blob, ByteRange range, PipeWriter output, CancellationToken ct)
    {
        var path = BlobPaths.Blob(blob.Digest);
        var isWhole = range.Offset == 0 && (range.Length ?? blob.Size) >= blob.Size;
        if (mode is VerifyReads.Never || (!isWhole && driver is not IBlobPipeSource))
            return await CopyAsync(blob, path, range, output, ct);
        // A look at a local file costs next to nothing. At a remote object it costs a request, which is little beside a whole blob.
        var stat = mode is VerifyReads.First ? await driver.StatAsync(path, ct) : null;
        if (stat is { } seen && verified.Know(blob.Digest, seen))
            return await CopyAsync(blob, path, range, output, ct);

        if (isWhole)
            return await SendVerifyingAsync(blob, path, stat, output, ct);
        if (!await _readings.GetOrAdd(blob.Digest, _ => new(() => VerifyAsync(blob, path, stat))).Value.WaitAsync(ct))
            return -1;
        return await CopyAsync(blob, path, range, output, ct);
    }

    /// <summary>(1) It may have vanished since somebody looked.</summary>
    private async ValueTask<long> CopyAsync(ServedBlob blob, BlobPath path, ByteRange range, PipeWriter output, CancellationToken ct)
    {
        var written = await CopyAsync(path, range, output, ct);
        if (written < 0)
            suspect(blob);
        return written;
    }

    private async ValueTask<long> CopyAsync(BlobPath path, ByteRange range, PipeWriter output, CancellationToken ct)
    {
        if (driver is IBlobPipeSource source)
            return await source.CopyToAsync(path, range, output, ct);
        await using var content = await driver.OpenReadAsync(path, range, ct);
        if (content is null)
            return -1;
        long written = 0;
        while (true)
        {
            var read = await content.ReadAsync(output.GetMemory(Block), ct);
            if (read == 0)
                return written;
            output.Advance(read);
            written += read;
            if ((await output.FlushAsync(ct)).IsCompleted)
                return written;
        }
    }

    /// <summary>(2)</summary>
    private async ValueTask<long> SendVerifyingAsync(ServedBlob blob, BlobPath path, BlobStat? stat, PipeWriter output, CancellationToken ct)
    {
        await using var content = await driver.OpenReadAsync(path, new ByteRange(0, blob.Size), ct);
        if (content is null)
        {
            suspect(blob);
            return -1;
        }
        using var hash = blob.Digest.Algorithm.CreateHash();
        long written = 0;
        while (true)
        {
            var block = output.GetMemory(Block);
            var read = await content.ReadAsync(block[..(int)Math.Min(block.Length, blob.Size - written)], ct);
            hash.AppendData(block.Span[..read]);
            // The last bytes decide: without them nobody has a whole blob.
            if (written + read == blob.Size || read == 0)
            {
                if (Digest.FromHash(blob.Digest.Algorithm, hash) != blob.Digest)
                {
                    suspect(blob);
                    return written == 0 ? -1 : written;
                }
                if (stat is not null)
                    verified.Add(blob.Digest, stat.Value);
            }
            if (read == 0)
                return written;
            output.Advance(read);
            written += read;
            if ((await output.FlushAsync(ct)).IsCompleted || written == blob.Size)
                return written;
        }
    }

    /// <summary>(3) Nobody's request stops it: others may wait for it too.</summary>
    private async Task<bool> VerifyAsync(ServedBlob blob, BlobPath path, BlobStat? stat)
    {
        try
        {
            await using var content = await driver.OpenReadAsync(path, ByteRange.All, CancellationToken.None);
            if (content is not null && await UploadSession.HashAsync(content, blob.Digest.Algorithm, CancellationToken.None) == blob.Digest)
            {
                // (4)
                if (stat is not null)
                    verified.Add(blob.Digest, stat.Value);
                return true;
            }
            suspect(blob);
            return false;
        }
        finally
        {
            _readings.TryRemove(blob.Digest, out _);
        }
    }
}
