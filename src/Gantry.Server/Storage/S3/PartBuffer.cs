using System.Buffers;

namespace Gantry.Server.Storage.S3;

/// <summary>Bytes of a part that is not sent yet, in pooled blocks taken as they fill. Disposing gives the blocks back.</summary>
internal sealed class PartBuffer : IDisposable
{
    /// <summary>As the file system driver: what the socket gives at once, and what a hash likes.</summary>
    internal const int BlockBytes = 256 * 1024;

    private readonly List<byte[]> _blocks = [];

    public long Length { get; private set; }

    /// <summary>Room for at most so many bytes more; never empty.</summary>
    public Memory<byte> GetMemory(long most)
    {
        var used = (int)(Length % BlockBytes);
        if (Length == (long)_blocks.Count * BlockBytes)
            _blocks.Add(ArrayPool<byte>.Shared.Rent(BlockBytes));
        return _blocks[^1].AsMemory(used, (int)Math.Min(BlockBytes - used, most));
    }

    public void Advance(int count) => Length += count;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var memory = GetMemory(bytes.Length);
            bytes[..memory.Length].CopyTo(memory.Span);
            Advance(memory.Length);
            bytes = bytes[memory.Length..];
        }
    }

    /// <summary>Reads from the start, as often as needed. The buffer must outlive the stream and is not changed meanwhile.</summary>
    public Stream OpenRead() => new Reader(this);

    public void Dispose()
    {
        foreach (var block in _blocks)
            ArrayPool<byte>.Shared.Return(block);
        _blocks.Clear();
        Length = 0;
    }

    private sealed class Reader(PartBuffer buffer) : Stream
    {
        private readonly long _length = buffer.Length;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => _length;

        public override long Position { get; set; }

        public override int Read(Span<byte> target)
        {
            var offset = (int)(Position % BlockBytes);
            var count = (int)Math.Min(Math.Min(target.Length, BlockBytes - offset), _length - Position);
            if (count <= 0)
                return 0;
            buffer._blocks[(int)(Position / BlockBytes)].AsSpan(offset, count).CopyTo(target);
            Position += count;
            return count;
        }

        public override int Read(byte[] target, int offset, int count) => Read(target.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellationToken = default) => new(Read(target.Span));

        public override Task<int> ReadAsync(byte[] target, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(target.AsSpan(offset, count)));

        public override long Seek(long offset, SeekOrigin origin) =>
            Position = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => Position + offset, _ => _length + offset };

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] source, int offset, int count) => throw new NotSupportedException();
    }
}
