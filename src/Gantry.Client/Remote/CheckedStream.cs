using System.Security.Cryptography;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Remote;

/// <summary>Throws at the end of a stream that is not the content it should be.</summary>
internal sealed class CheckedStream(Stream inner, Descriptor expected) : Stream
{
    private readonly IncrementalHash _hash = expected.Digest.Algorithm.CreateHash();
    private long _read;
    private bool _done;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_done || buffer.IsEmpty)
            return 0;
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _hash.AppendData(buffer.Span[..read]);
        _read += read;
        if (_read > expected.Size || (read == 0 && _read != expected.Size))
            throw new ContentMismatchException(expected.Size, _read);
        if (read > 0)
            return read;
        _done = true;
        var actual = Digest.FromHash(expected.Digest.Algorithm, _hash);
        return actual == expected.Digest ? 0 : throw new ContentMismatchException(expected.Digest, actual);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            _hash.Dispose();
        }
        base.Dispose(disposing);
    }
}
