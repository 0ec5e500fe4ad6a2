using Microsoft.Win32.SafeHandles;

namespace Gantry.Server.Storage.FileSystem;

/// <summary>Reads a run of a file, from an offset of its own: nothing is shared with another reader of the file.</summary>
internal sealed class FileRangeStream(IFileCalls files, SafeFileHandle handle, long offset, long length) : StoredRunStream
{
    private long _position;

    /// <summary>Bytes of the run.</summary>
    public override long Length => length;

    protected override long BytesRead => _position;

    public override int Read(Span<byte> buffer)
    {
        var read = files.Read(handle, Cut(buffer), offset + _position);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = (int)Math.Min(buffer.Length, length - _position);
        var read = await files.ReadAsync(handle, buffer[..wanted], offset + _position, cancellationToken);
        _position += read;
        return read;
    }

    private Span<byte> Cut(Span<byte> buffer) => buffer[..(int)Math.Min(buffer.Length, length - _position)];

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            handle.Dispose();
        base.Dispose(disposing);
    }
}
