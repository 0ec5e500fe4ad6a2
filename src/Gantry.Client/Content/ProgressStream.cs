namespace Gantry.Client.Content;

/// <summary>Content on its way: tells how far it came, and remembers when it was the reading that failed, so that the error names the right end.</summary>
internal sealed class ProgressStream(Stream inner, Action<long>? onProgress) : Stream
{
    /// <summary>Bytes between two reports: often enough for a display, seldom enough to cost nothing.</summary>
    private const long Step = 256 * 1024;

    private long _position;
    private long _reported;

    /// <summary>What reading threw; null when it did not.</summary>
    public Exception? ReadFailure { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position { get => _position; set => Seek(value, SeekOrigin.Begin); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Account(inner.Read(buffer));
        }
        catch (Exception e)
        {
            ReadFailure = e;
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Account(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e)
        {
            ReadFailure = e;
            throw;
        }
    }

    private int Account(int read)
    {
        _position += read;
        if (onProgress is not null && _position - _reported >= Step)
        {
            _reported = _position;
            onProgress(_position);
        }
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        _position = inner.Seek(offset, origin);
        _reported = Math.Min(_reported, _position);
        ReadFailure = null;
        return _position;
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
