using System.Buffers;
using System.Net;
using Gantry.Client.Content;

namespace Gantry.Client.Remote;

/// <summary>A blob's body that goes on where a broken connection left it, by asking for the rest with <c>Range</c>.</summary>
/// <remarks><code>
///   (1) lost? ──ask from here──► 206 at this place: go on │ 200: read up to this place │ else: the registry breaks the protocol
///   (2) read ──bytes, or the end──► caller
///        │ broken, in (1) as in (2)
///   (3) wait, (1) again
/// </code>
/// It does not verify: the stream around it does, over the whole.
/// </remarks>
internal sealed class ResumingStream : ReadOnlyStream
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
    private bool _isLost;
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

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                if (_isLost)
                    await ResumeAsync(cancellationToken).ConfigureAwait(false);
                _body ??= await _response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
                // (2)
                var read = await _body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                _position += read;
                return read;
            }
            catch (Exception e) when (IsWorthAnother(e, cancellationToken) && _position < _size)
            {
                _isLost = true;
                if (_position - _lastFailure >= ProgressThatCounts)
                    _failures = 0;
                _lastFailure = _position;
                if (_policy.NextDelay(++_failures, retryAfter: null) is not { } delay)
                    throw;
                // (3)
                await _policy.WaitAsync(delay, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _response.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>A port that is closed for a moment, once the registry has answered there, is a registry that starts again.</summary>
    private static bool IsWorthAnother(Exception exception, CancellationToken ct) =>
        RetryPolicy.IsTransient(exception, ct) || RetryPolicy.IsConnectionRefused(exception);

    /// <summary>(1)</summary>
    private async ValueTask ResumeAsync(CancellationToken ct)
    {
        var rest = await _ask(_position, ct).ConfigureAwait(false);
        _response.Dispose();
        _response = rest;
        _body = await rest.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        if (_position > 0 && rest.StatusCode == HttpStatusCode.PartialContent)
        {
            if (rest.Content.Headers.ContentRange?.From != _position)
                throw Answers.Violation(rest.RequestMessage!, rest, "the registry sends another part of the content than it was asked for");
        }
        else
        {
            await SkipAsync(_body, _position, ct).ConfigureAwait(false);
        }
        _isLost = false;
    }

    /// <summary>A registry without ranges sends everything again.</summary>
    private static async ValueTask SkipAsync(Stream body, long count, CancellationToken ct)
    {
        var block = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (count > 0)
            {
                var length = (int)Math.Min(block.Length, count);
                await body.ReadExactlyAsync(block.AsMemory(0, length), ct).ConfigureAwait(false);
                count -= length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }
}
