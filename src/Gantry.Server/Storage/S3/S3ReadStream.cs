using Amazon.S3.Model;
using ByteRange = Gantry.Protocol.Distribution.ByteRange;

namespace Gantry.Server.Storage.S3;

/// <summary>Reads a run of an object. A connection that is lost, or that gives nothing for too long, is made again where it broke off: of the same object or of none.</summary>
internal sealed class S3ReadStream(S3Bucket bucket, string name, long offset, GetObjectResponse first) : StoredRunStream
{
    private readonly string _etag = first.ETag;
    private readonly long _length = first.ContentLength;
    private GetObjectResponse? _answer = first;
    private int _resumes;
    private long _position;

    /// <summary>Bytes of the run.</summary>
    public override long Length => _length;

    protected override long BytesRead => _position;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position == _length || buffer.IsEmpty)
            return 0;
        var wanted = buffer[..(int)Math.Min(buffer.Length, _length - _position)];
        while (true)
        {
            try
            {
                var read = await ReadOnceAsync(wanted, cancellationToken);
                _position += read;
                return read;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && S3Calls.IsPassing(e) && e is not S3RefusedException)
            {
                if (++_resumes > bucket.Options.ReadResumes)
                    throw new IOException($"reading an object broke off {_resumes} times", e);
                _answer?.Dispose();
                _answer = null;
            }
        }
    }

    private async ValueTask<int> ReadOnceAsync(Memory<byte> buffer, CancellationToken ct)
    {
        _answer ??= await bucket.GetAsync(name, new ByteRange(offset + _position, _length - _position), _etag, ct)
            ?? throw new S3RefusedException("the object was deleted while it was read", 404, "");
        using var late = new CancellationTokenSource(bucket.Options.AttemptTimeout, bucket.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        var read = await _answer.ResponseStream.ReadAsync(buffer, either.Token);
        return read > 0 ? read : throw new EndOfStreamException("the store sent less than it announced");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _answer?.Dispose();
        base.Dispose(disposing);
    }
}
