using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Gantry.Build.Layers;

/// <summary>One block of a gzip member, compressed on its own. Its buffer is the pool's, and goes back when disposed.</summary>
/// <param name="buffer">The pool's.</param>
/// <param name="end">Where the deflate data ends in it.</param>
/// <param name="crc">Checksum of the plain bytes.</param>
/// <param name="plainLength">How many plain bytes there were.</param>
internal sealed class GzipBlock(byte[] buffer, int end, uint crc, int plainLength) : IDisposable
{
    private const int HeaderBytes = 10;
    private const int CrcFromEnd = 8;

    /// <summary>Header, trailer, and what each flush adds.</summary>
    private const int Slack = 4096;

    /// <summary>Deflate data that ends on a byte and does not end the stream.</summary>
    public ReadOnlyMemory<byte> Deflated => buffer.AsMemory(HeaderBytes, end - HeaderBytes);

    public uint Crc => crc;

    public int PlainLength => plainLength;

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

    /// <summary>Compresses a block. The checksum is taken from the framework's own trailer: zlib computes it with vector instructions.</summary>
    public static GzipBlock Compress(ReadOnlySpan<byte> plain, CompressionLevel level)
    {
        // The fastest level writes nine bits for a byte at worst.
        var buffer = ArrayPool<byte>.Shared.Rent(plain.Length + (plain.Length / 8) + Slack);
        var output = new MemoryStream(buffer);
        long end;
        using (var gzip = new GZipStream(output, level, leaveOpen: true))
        {
            gzip.Write(plain);
            // A sync flush: what was written so far ends on a byte, with an empty stored block.
            gzip.Flush();
            end = output.Position;
        }
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan((int)output.Position - CrcFromEnd));
        return new GzipBlock(buffer, (int)end, crc, plain.Length);
    }
}
