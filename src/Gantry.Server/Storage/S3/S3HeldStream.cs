namespace Gantry.Server.Storage.S3;

/// <summary>What an upload holds: an object of the store, then bytes in memory.</summary>
/// <param name="start">Null for none; disposed with this.</param>
/// <param name="rest">Of a buffer that outlives this.</param>
internal sealed class S3HeldStream(Stream? start, Stream rest) : StoredRunStream
{
    private bool _startEnded = start is null;

    public override long Length => (start?.Length ?? 0) + rest.Length;

    protected override long BytesRead => (start?.Position ?? 0) + rest.Position;

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

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            start?.Dispose();
        base.Dispose(disposing);
    }
}
