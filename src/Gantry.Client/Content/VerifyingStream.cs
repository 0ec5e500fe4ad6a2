using System.Security.Cryptography;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>Content that is hashed while it is read, and that ends in an error where it is not what its descriptor says.</summary>
/// <remarks>
/// The last bytes are handed out only when the digest is right, so a reader that stops after <see cref="Descriptor.Size"/> bytes is safe too.
/// Nothing is allocated by the declared size. A stream that can seek may go back to any place that was read before, so that a transfer
/// can be tried again; what is read a second time is not hashed a second time.
/// </remarks>
public sealed class VerifyingStream : Stream
{
    private readonly Stream _inner;
    private readonly Descriptor _expected;
    private readonly bool _leaveOpen;
    private readonly IncrementalHash _hash;
    private long _position;
    private long _hashed;
    private bool _verified;

    /// <param name="inner">The bytes, at their beginning.</param>
    /// <param name="expected">What they must turn out to be.</param>
    /// <param name="leaveOpen">Whether <paramref name="inner"/> outlives this stream.</param>
    public VerifyingStream(Stream inner, Descriptor expected, bool leaveOpen = false)
    {
        _inner = inner;
        _expected = expected;
        _leaveOpen = leaveOpen;
        _hash = expected.Digest.Algorithm.CreateHash();
    }

    public override bool CanRead => true;

    public override bool CanSeek => _inner.CanSeek;

    public override bool CanWrite => false;

    /// <summary>The declared size.</summary>
    public override long Length => _expected.Size;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = _inner.Read(buffer);
        Account(buffer[..read], asked: buffer.Length);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Account(buffer.Span[..read], asked: buffer.Length);
        return read;
    }

    private void Account(ReadOnlySpan<byte> bytes, int asked)
    {
        var end = _position + bytes.Length;
        if (end > _expected.Size)
            throw new ContentMismatchException(_expected.Size, end);
        if (end > _hashed)
        {
            _hash.AppendData(bytes[(int)(_hashed - _position)..]);
            _hashed = end;
        }
        _position = end;
        if (bytes.IsEmpty && asked > 0 && end < _expected.Size)
            throw new ContentMismatchException(_expected.Size, end);
        if (_hashed == _expected.Size && !_verified)
            Verify();
    }

    private void Verify()
    {
        var actual = Digest.FromHash(_expected.Digest.Algorithm, _hash);
        if (actual != _expected.Digest)
            throw new ContentMismatchException(_expected.Digest, actual);
        _verified = true;
    }

    /// <exception cref="NotSupportedException">The place was not read yet: the bytes before it would go unhashed.</exception>
    public override long Seek(long offset, SeekOrigin origin)
    {
        var target = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => _expected.Size + offset,
        };
        if (target < 0 || target > _hashed)
            throw new NotSupportedException("Content can only be read again from a place that was read before.");
        _inner.Seek(target - _position, SeekOrigin.Current);
        return _position = target;
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            if (!_leaveOpen)
                _inner.Dispose();
        }
        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        if (!_leaveOpen)
            await _inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
