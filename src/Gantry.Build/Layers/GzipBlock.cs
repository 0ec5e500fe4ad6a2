using System.Buffers.Binary;
using System.IO.Compression;

namespace Gantry.Build.Layers;

/// <summary>One block of a gzip member, compressed on its own.</summary>
/// <param name="Deflated">Deflate data that ends on a byte and does not end the stream.</param>
/// <param name="Crc">Checksum of the plain bytes.</param>
/// <param name="PlainLength">How many plain bytes there were.</param>
internal sealed record GzipBlock(ReadOnlyMemory<byte> Deflated, uint Crc, int PlainLength)
{
    private const int HeaderBytes = 10;
    private const int CrcFromEnd = 8;

    /// <summary>Compresses a block. The checksum is taken from the framework's own trailer: zlib computes it with vector instructions.</summary>
    public static GzipBlock Compress(ReadOnlySpan<byte> plain, CompressionLevel level)
    {
        var output = new MemoryStream(plain.Length / 2);
        long end;
        using (var gzip = new GZipStream(output, level, leaveOpen: true))
        {
            gzip.Write(plain);
            // A sync flush: what was written so far ends on a byte, with an empty stored block.
            gzip.Flush();
            end = output.Length;
        }
        var bytes = output.GetBuffer().AsMemory(0, (int)output.Length);
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[^CrcFromEnd..]);
        return new GzipBlock(bytes[HeaderBytes..(int)end], crc, plain.Length);
    }
}
