using System.Buffers;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;

namespace Gantry.Server.Storage.FileSystem;

/// <summary>An upload as one growing file.</summary>
/// <remarks><code>
///   content ──(1) fill a block──► (2) wait for the block before ──► (3) write it at the end, then hash it
///      ▲                                                                      │
///      └────────────── the other block is filled meanwhile ◄──────────────────┘
/// </code>
/// A block counts once it is written and hashed; one that could not be written is cut off again. So the file, <see cref="Length"/>
/// and the hashes say the same after any failure, and after a restart the file's length is the truth.
/// </remarks>
internal sealed class FileSystemUpload(FileSystemBlobDriver driver, IFileCalls files, string token, string path, FileStream file) : IBlobUpload
{
    /// <summary>Appends of a page each cost ext4 eight seconds of processor time for a GiB; beyond 256 KiB a larger block gains nothing.</summary>
    internal const int BlockBytes = 256 * 1024;

    private readonly FileReservation _reservation = new(files, file.SafeFileHandle);
    private Exception? _broken;
    private bool _committed;
    private bool _trusted = !driver.IsInherited(token);

    public string Token => token;

    public long Length { get; private set; } = file.Length;

    /// <summary>Nobody else has the folder, and what is held is never replaced.</summary>
    public string State => Length.ToString(CultureInfo.InvariantCulture);

    public async ValueTask AppendAsync(Stream content, IReadOnlyList<IncrementalHash> hashes, long limit, CancellationToken ct)
    {
        RefuseIfOver();
        var held = Length;
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        byte[]? other = null;
        var keeping = Task.CompletedTask;
        try
        {
            while (true)
            {
                // (1) One byte more than there is room for is asked, to learn of it.
                var room = limit - held;
                var filled = room < 0
                    ? new Filled(0, new BlobTooLargeException(limit), Ended: true)
                    : await FillAsync(content, block.AsMemory(0, (int)Math.Min(BlockBytes, Math.Min(room, BlockBytes) + 1)), ct);
                if (filled.Count > room && room >= 0)
                    filled = new Filled((int)room, new BlobTooLargeException(limit), Ended: true);
                held += filled.Count;

                // (2) Hashes are fed in order: one block at a time.
                await keeping;

                // (3) The last block, which for most blobs is the only one, is not worth another thread.
                if (filled.Ended)
                {
                    Keep(block.AsSpan(0, filled.Count), hashes, limit);
                    if (filled.Failure is { } failure)
                        ExceptionDispatchInfo.Throw(failure);
                    return;
                }
                var (full, count) = (block, filled.Count);
                keeping = Task.Run(() => Keep(full.AsSpan(0, count), hashes, limit), CancellationToken.None);
                (block, other) = (other ?? ArrayPool<byte>.Shared.Rent(BlockBytes), block);
            }
        }
        finally
        {
            // Whatever failed, nobody reads a block any more when it goes back to the pool.
            await keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _reservation.ReleaseFrom(Length);
            ArrayPool<byte>.Shared.Return(block);
            if (other is not null)
                ArrayPool<byte>.Shared.Return(other);
        }
    }

    /// <summary>Reads until the block is full or the stream ends. A failure is handed on beside what came before it, which is kept.</summary>
    private static async ValueTask<Filled> FillAsync(Stream content, Memory<byte> block, CancellationToken ct)
    {
        var count = 0;
        try
        {
            while (count < block.Length)
            {
                var read = await content.ReadAsync(block[count..], ct);
                if (read == 0)
                    return new Filled(count, null, Ended: true);
                count += read;
            }
            // Between blocks, for a stream that does not look itself. What has arrived is kept even of a caller that has gone.
            return ct.IsCancellationRequested ? new Filled(count, new OperationCanceledException(ct), Ended: true) : new Filled(count, null, Ended: false);
        }
        catch (Exception e)
        {
            return new Filled(count, e, Ended: true);
        }
    }

    private void Keep(ReadOnlySpan<byte> block, IReadOnlyList<IncrementalHash> hashes, long limit)
    {
        if (block.IsEmpty)
            return;
        _reservation.Extend(Length, Length + block.Length, limit);
        try
        {
            files.Write(file.SafeFileHandle, block, Length);
        }
        catch (Exception e)
        {
            CutBack(e);
            throw;
        }
        foreach (var hash in hashes)
            hash.AppendData(block);
        Length += block.Length;
    }

    /// <summary>A full disk takes part of a block; what no hash has seen must not count.</summary>
    private void CutBack(Exception cause)
    {
        try
        {
            files.SetLength(file.SafeFileHandle, Length);
        }
        catch (Exception)
        {
            _broken = cause;
        }
    }

    public async ValueTask<Stream> OpenReadAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        await RenewAsync();
        var handle = files.OpenToRead(path) ?? throw new FileNotFoundException("the upload's file is gone", path);
        return new FileRangeStream(files, handle, 0, Length);
    }

    public async ValueTask CommitAsync(BlobPath target, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (_committed)
            return;
        RefuseIfOver();
        try
        {
            await RenewAsync();
            await driver.CommitAsync(file.SafeFileHandle, path, target);
        }
        catch (FlushFailedException e)
        {
            // The kernel may have dropped the pages and call the next flush a success. These bytes are never trusted again.
            _broken = e;
            files.Delete(path);
            throw;
        }
        _committed = true;
    }

    public ValueTask CancelAsync(CancellationToken ct)
    {
        if (!_committed)
        {
            _broken = new OperationCanceledException("the upload was cancelled");
            files.Delete(path);
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => file.DisposeAsync();

    /// <summary>Before they are hashed: what is read afterwards is what the disk has.</summary>
    private async ValueTask RenewAsync()
    {
        if (_trusted)
            return;
        await Task.Run(() => FileRenewal.Renew(files, path), CancellationToken.None);
        _trusted = true;
    }

    private void RefuseIfOver()
    {
        if (_committed)
            throw new InvalidOperationException("the upload is committed");
        if (_broken is { } cause)
            throw new IOException($"the upload cannot go on: {cause.Message}", cause);
    }

    private readonly record struct Filled(int Count, Exception? Failure, bool Ended);
}
