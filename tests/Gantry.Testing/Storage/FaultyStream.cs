namespace Gantry.Testing.Storage;

/// <summary>Gives bytes in pieces of uneven size, as a network does, and fails where it is told to.</summary>
/// <param name="content">What it gives.</param>
/// <param name="failAfter">Fails once so many bytes were read; beyond the content's length it ends instead.</param>
/// <param name="fault">What it fails with; a broken connection where none is given.</param>
public sealed class FaultyStream(byte[] content, int failAfter, Exception? fault = null) : Stream
{
    private int _position;

    /// <summary>The same pieces, without a failure.</summary>
    public static FaultyStream Whole(byte[] content) => new(content, int.MaxValue);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_position == failAfter)
            throw fault ?? new IOException("the connection was reset");
        // 1, 2, 4 … bytes up to 64 KiB: pieces that never fit the reader's blocks.
        var piece = Math.Min(Math.Min(count, Math.Min(failAfter, content.Length) - _position), 1 << Math.Min(_position % 23, 16));
        content.AsSpan(_position, piece).CopyTo(buffer.AsSpan(offset));
        _position += piece;
        return piece;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.Yield();
        var block = new byte[buffer.Length];
        var read = Read(block, 0, block.Length);
        block.AsMemory(0, read).CopyTo(buffer);
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
