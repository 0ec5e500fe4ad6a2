using System.Collections.Concurrent;

namespace Gantry.Load.Traffic;

/// <summary>A body that nobody sent before: noise that ends with a number.</summary>
/// <remarks>
/// Bodies of one length share everything but their last eight bytes, so that the digest of the next one costs a block of SHA-256 and sending it
/// needs no memory of its own. Registries that know content by digest cannot profit from what bodies share.
/// </remarks>
/// <param name="Length">Bytes; at least eight.</param>
/// <param name="Number">What tells it from others of its length.</param>
internal readonly record struct Body(long Length, long Number)
{
    private const int NumberBytes = 8;
    private const int BlockBytes = 1024 * 1024;
    private static readonly byte[] Block = Noise.Bytes(BlockBytes);
    private static readonly ConcurrentDictionary<long, Lazy<DigestPrefix>> Prefixes = new();
    private static long LastNumber;

    /// <summary>A body whose number no other has.</summary>
    public static Body Next(long length) => new(length, NextNumber());

    /// <summary>One that nothing else of this run has.</summary>
    public static long NextNumber() => Interlocked.Increment(ref LastNumber);

    /// <summary><c>sha256:…</c>.</summary>
    public string Digest()
    {
        Span<byte> number = stackalloc byte[NumberBytes];
        BitConverter.TryWriteBytes(number, Number);
        return "sha256:" + Convert.ToHexStringLower(Prefixes.GetOrAdd(Length, length => new(() => PrefixOf(length))).Value.DigestWith(number));
    }

    /// <summary>The next part of the body, at most a mebibyte.</summary>
    /// <param name="position">Where it begins: a multiple of a mebibyte.</param>
    /// <param name="buffer">A mebibyte, for the part that has the number in it.</param>
    public ReadOnlySpan<byte> Part(long position, byte[] buffer)
    {
        var count = (int)Math.Min(BlockBytes, Length - position);
        if (position + count <= Length - NumberBytes)
            return Block.AsSpan(0, count);
        Block.AsSpan(0, count).CopyTo(buffer);
        Span<byte> number = stackalloc byte[NumberBytes];
        BitConverter.TryWriteBytes(number, Number);
        // The number may begin in the part before.
        for (var i = 0; i < NumberBytes; i++)
        {
            if (Length - NumberBytes + i - position is var place and >= 0 && place < count)
                buffer[place] = number[i];
        }
        return buffer.AsSpan(0, count);
    }

    public void WriteTo(Stream stream)
    {
        var buffer = new byte[BlockBytes];
        for (var position = 0L; position < Length; position += BlockBytes)
            stream.Write(Part(position, buffer));
    }

    private static DigestPrefix PrefixOf(long length)
    {
        var prefix = new DigestPrefix();
        for (var left = length - NumberBytes; left > 0; left -= BlockBytes)
            prefix.Append(Block.AsSpan(0, (int)Math.Min(left, BlockBytes)));
        return prefix;
    }
}
