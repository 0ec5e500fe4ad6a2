using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Remote;

/// <summary>A request body that streams content and checks it on the way.</summary>
/// <remarks>
/// Each block is hashed before it is sent, and the last one only when size and digest are right: a wrong source never becomes a whole request.
/// What the source itself did wrong is kept in <see cref="SourceFailure"/>, because the transport may wrap it as if the network had failed.
/// </remarks>
internal sealed class StreamBody : HttpContent
{
    /// <summary>Large enough that the cost of a system call disappears, small enough to stay out of the large object heap's way when pooled.</summary>
    private const int BlockSize = 256 * 1024;

    private readonly Stream _source;
    private readonly long _size;
    private readonly Digest? _digest;
    private readonly long _start;
    private bool _touched;

    public StreamBody(Stream source, Descriptor expected)
        : this(source, expected.Size) => _digest = expected.Digest;

    /// <summary>A body of which the length alone is known.</summary>
    public StreamBody(Stream source, long size)
    {
        _source = source;
        _size = size;
        _start = source.CanSeek ? source.Position : 0;
        Headers.ContentLength = size;
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    /// <summary>Whether it can be sent (again): nothing was read yet, or the source can go back.</summary>
    public bool CanSend => !_touched || _source.CanSeek;

    /// <summary>Why the source could not be sent; null where it was not the source's fault.</summary>
    public Exception? SourceFailure { get; private set; }

    /// <summary>Told of each block that went out; null for nobody.</summary>
    public Action? OnSent { get; set; }

    protected override bool TryComputeLength(out long length)
    {
        length = _size;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_touched)
            _source.Position = _start;
        _touched = true;
        using var hash = _digest?.Algorithm.CreateHash();
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            var sent = 0L;
            do
            {
                var read = await ReadBlockAsync(block.AsMemory(0, BlockSize), cancellationToken).ConfigureAwait(false);
                hash?.AppendData(block, 0, read);
                sent += read;
                var isLast = read < BlockSize || sent >= _size;
                if (isLast)
                    await ExpectEndAsync(sent, hash, cancellationToken).ConfigureAwait(false);
                await stream.WriteAsync(block.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                OnSent?.Invoke();
                if (isLast)
                    return;
            }
            while (true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private async ValueTask<int> ReadBlockAsync(Memory<byte> block, CancellationToken ct)
    {
        try
        {
            return await _source.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            SourceFailure = e;
            throw;
        }
    }

    private async ValueTask ExpectEndAsync(long length, System.Security.Cryptography.IncrementalHash? hash, CancellationToken ct)
    {
        if (length == _size)
            length += await ReadBlockAsync(new byte[1], ct).ConfigureAwait(false);
        if (length != _size)
            SourceFailure = new ContentMismatchException(_size, length);
        else if (_digest is { } expected && hash is not null && Digest.FromHash(expected.Algorithm, hash) is var digest && digest != expected)
            SourceFailure = new ContentMismatchException(expected, digest);
        if (SourceFailure is { } failure)
            throw failure;
    }
}
