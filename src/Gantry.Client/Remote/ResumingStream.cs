using System.Net;

namespace Gantry.Client.Remote;

/// <summary>A blob's body that goes on where a broken connection left it, by asking for the rest with <c>Range</c>.</summary>
/// <remarks>It does not verify: the stream around it does, over the whole.</remarks>
internal sealed class ResumingStream : Stream
{
    /// <summary>After this much progress the tries are counted anew: a large blob may meet several broken connections on a bad line.</summary>
    private const long ProgressThatCounts = 8 * 1024 * 1024;

    private readonly Func<long, CancellationToken, ValueTask<HttpResponseMessage>> _ask;
    private readonly RetryPolicy _policy;
    private readonly long _size;
    private HttpResponseMessage _response;
    private Stream? _body;
    private long _position;
    private long _lastFailure;
    private int _failures;

    /// <param name="response">The answer to the whole request; owned from here on.</param>
    /// <param name="size">Bytes that are expected in all.</param>
    /// <param name="ask">Sends the request again for everything from an offset.</param>
    /// <param name="policy">How often, and how long between.</param>
    public ResumingStream(HttpResponseMessage response, long size, Func<long, CancellationToken, ValueTask<HttpResponseMessage>> ask, RetryPolicy policy)
    {
        _response = response;
        _size = size;
        _ask = ask;
        _policy = policy;
    }

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
        while (true)
        {
            try
            {
                _body ??= await _response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                var read = await _body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                _position += read;
                return read;
            }
            catch (Exception e) when (RetryPolicy.IsTransient(e, cancellationToken) && _position < _size)
            {
                if (_position - _lastFailure >= ProgressThatCounts)
                    _failures = 0;
                _lastFailure = _position;
                if (_policy.NextDelay(++_failures, retryAfter: null) is not { } delay)
                    throw;
                await _policy.WaitAsync(delay, cancellationToken).ConfigureAwait(false);
                if (!await TryResumeAsync(cancellationToken).ConfigureAwait(false))
                    throw;
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("content from a registry is read asynchronously");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _response.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>False where the registry has no ranges, or answers with another part than we asked for.</summary>
    private async ValueTask<bool> TryResumeAsync(CancellationToken ct)
    {
        var rest = await _ask(_position, ct).ConfigureAwait(false);
        if (rest.StatusCode != HttpStatusCode.PartialContent || rest.Content.Headers.ContentRange?.From != _position)
        {
            rest.Dispose();
            return false;
        }
        _response.Dispose();
        _response = rest;
        _body = null;
        return true;
    }
}
