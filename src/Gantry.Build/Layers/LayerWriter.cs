using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Threading.Channels;
using Gantry.Protocol.Oci;

namespace Gantry.Build.Layers;

/// <summary>Writes a layer once: from its entries come the tar, the diff id, the gzip and the digest, without a second look at any byte.</summary>
/// <remarks><code>
///   entries ──(1) tar──► blocks of 1 MiB ──(2) sha256 = diff id
///                             │
///                             └──(3) gzip, several at once ──(4) in order ──► output, sha256 = digest
/// </code>
/// The blocks are cut at fixed places and joined to one gzip member, so the bytes do not depend on the number of threads, and decoders that know
/// a single member alone read all of it.
/// </remarks>
public static class LayerWriter
{
    private const int BlockBytes = 1024 * 1024;

    /// <summary>Fixed header: no name, no time, unknown system.</summary>
    private static ReadOnlySpan<byte> GzipHeader => [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

    /// <summary>An empty final block: the earlier ones left the stream open.</summary>
    private static ReadOnlySpan<byte> DeflateEnd => [0x03, 0x00];

    /// <param name="entries">In the order that they are to have in the layer.</param>
    /// <param name="output">Receives the gzip; not disposed.</param>
    /// <param name="level">How hard to compress.</param>
    /// <param name="workers">How many blocks are compressed ahead of the one that is written next; the bytes are the same for any number.</param>
    /// <param name="ct">Stops it; the output is then of no use.</param>
    /// <exception cref="IOException">A file has other bytes than its entry says: it changed while it was read.</exception>
    public static async ValueTask<WrittenLayer> WriteAsync(IEnumerable<LayerEntry> entries, Stream output, CompressionLevel level, int workers, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var blocks = Channel.CreateBounded<Task<GzipBlock>>(workers);
        using var diffId = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var writing = JoinOrStopAsync();
        try
        {
            using (var tar = new BlockStream(diffId, blocks.Writer, level))
            {
                foreach (var entry in entries)
                    await WriteEntryAsync(entry, tar, stop.Token).ConfigureAwait(false);
                // (1) The end of an archive is two empty blocks.
                await tar.WriteAsync(new byte[2 * TarFormat.BlockBytes], stop.Token).ConfigureAwait(false);
                await tar.FlushAsync(stop.Token).ConfigureAwait(false);
            }
            blocks.Writer.Complete();
            var (digest, size) = await writing.ConfigureAwait(false);
            var descriptor = new Descriptor { MediaType = MediaTypes.ImageLayerGzip, Digest = digest, Size = size };
            return new WrittenLayer(descriptor, Digest.FromHash(DigestAlgorithm.Sha256, diffId));
        }
        catch (Exception failure)
        {
            // Whichever side failed, the other must not go on or wait for it.
            blocks.Writer.TryComplete(failure);
            await stop.CancelAsync().ConfigureAwait(false);
            try
            {
                await writing.ConfigureAwait(false);
            }
            catch (Exception inner) when (failure is ChannelClosedException or OperationCanceledException && !ct.IsCancellationRequested && inner is not OperationCanceledException)
            {
                throw;
            }
            catch (Exception)
            {
                // The first failure is the one to tell.
            }
            throw;
        }

        // A side that waits for the other must hear of its end.
        async Task<(Digest Digest, long Size)> JoinOrStopAsync()
        {
            try
            {
                return await JoinAsync(blocks.Reader, output, stop.Token).ConfigureAwait(false);
            }
            catch
            {
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private static async ValueTask WriteEntryAsync(LayerEntry entry, BlockStream tar, CancellationToken ct)
    {
        await tar.WriteAsync(TarHeaderWriter.Write(entry), ct).ConfigureAwait(false);
        if (entry.Type != EntryType.File || entry.Size == 0)
            return;
        var content = await entry.Content!.OpenAsync(ct).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            var copied = await tar.CopyFromAsync(content, entry.Size, ct).ConfigureAwait(false);
            if (copied != entry.Size || await content.ReadAsync(new byte[1], ct).ConfigureAwait(false) != 0)
                throw new IOException($"\"{Protocol.Printable.Of(entry.Path)}\" changed while it was read");
        }
        await tar.WriteAsync(new byte[TarFormat.Padding(entry.Size)], ct).ConfigureAwait(false);
    }

    /// <summary>(4) Takes the blocks in their order, whichever was finished first.</summary>
    private static async Task<(Digest Digest, long Size)> JoinAsync(ChannelReader<Task<GzipBlock>> blocks, Stream output, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var size = 0L;
        var crc = 0u;
        var plain = 0L;
        await WriteAsync(GzipHeader.ToArray()).ConfigureAwait(false);
        await foreach (var pending in blocks.ReadAllAsync(ct).ConfigureAwait(false))
        {
            using var block = await pending.ConfigureAwait(false);
            await WriteAsync(block.Deflated).ConfigureAwait(false);
            crc = Crc32.Combine(crc, block.Crc, block.PlainLength);
            plain += block.PlainLength;
        }
        var end = new byte[DeflateEnd.Length + 8];
        DeflateEnd.CopyTo(end);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(DeflateEnd.Length), crc);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(DeflateEnd.Length + 4), (uint)plain);
        await WriteAsync(end).ConfigureAwait(false);
        return (Digest.FromHash(DigestAlgorithm.Sha256, hash), size);

        async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
        {
            hash.AppendData(bytes.Span);
            size += bytes.Length;
            await output.WriteAsync(bytes, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Gathers the tar into blocks; each full one is (2) hashed here and (3) compressed elsewhere.</summary>
    private sealed class BlockStream(IncrementalHash diffId, ChannelWriter<Task<GzipBlock>> blocks, CompressionLevel level) : IDisposable
    {
        private byte[] _block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        private int _filled;

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
        {
            while (!bytes.IsEmpty)
            {
                var part = Math.Min(bytes.Length, BlockBytes - _filled);
                bytes[..part].CopyTo(_block.AsMemory(_filled));
                _filled += part;
                bytes = bytes[part..];
                if (_filled == BlockBytes)
                    await FlushAsync(ct).ConfigureAwait(false);
            }
        }

        public async ValueTask<long> CopyFromAsync(Stream content, long length, CancellationToken ct)
        {
            var copied = 0L;
            while (copied < length)
            {
                var part = (int)Math.Min(length - copied, BlockBytes - _filled);
                var read = await content.ReadAsync(_block.AsMemory(_filled, part), ct).ConfigureAwait(false);
                if (read == 0)
                    break;
                _filled += read;
                copied += read;
                if (_filled == BlockBytes)
                    await FlushAsync(ct).ConfigureAwait(false);
            }
            return copied;
        }

        public async ValueTask FlushAsync(CancellationToken ct)
        {
            if (_filled == 0)
                return;
            var (block, length) = (_block, _filled);
            (_block, _filled) = (ArrayPool<byte>.Shared.Rent(BlockBytes), 0);
            diffId.AppendData(block, 0, length);
            // Room first, then work: no more blocks are compressed than can wait in line.
            await blocks.WaitToWriteAsync(ct).ConfigureAwait(false);
            await blocks.WriteAsync(Task.Run(() => Compress(block, length), CancellationToken.None), ct).ConfigureAwait(false);
        }

        private GzipBlock Compress(byte[] block, int length)
        {
            try
            {
                return GzipBlock.Compress(block.AsSpan(0, length), level);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(block);
            }
        }

        public void Dispose() => ArrayPool<byte>.Shared.Return(_block);
    }
}
