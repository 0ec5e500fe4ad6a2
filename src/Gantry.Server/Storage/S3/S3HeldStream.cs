namespace Gantry.Server.Storage.S3;

/// <summary>What an upload holds: an object of the store, then bytes in memory.</summary>
/// <param name="start">Null for none; disposed with this.</param>
/// <param name="rest">Of a buffer that outlives this.</param>
internal sealed class S3HeldStream(Stream? start, Stream rest) : Stream
{
    private bool _startEnded = start is null;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => (start?.Length ?? 0) + rest.Length;

    public override long Position
    {
        get => (start?.Position ?? 0) + rest.Position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_startEnded)
        {
            var read = await start!.ReadAsync(buffer, cancellationToken);
            if (read > 0 || buffer.IsEmpty)
                return read;
            _startEnded = true;
        }
        return await rest.ReadAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("the store is read asynchronously");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            start?.Dispose();
        base.Dispose(disposing);
    }
}
