using Gantry.Build.Execution;
using Gantry.Build.Layers;

namespace Gantry.Build.Sources;

/// <summary>The plain bytes of an archive that a stranger packed. It ends with an error where it unpacks to far more than was sent.</summary>
internal sealed class BoundedArchive : Stream
{
    private readonly CountingStream _packed;
    private readonly TarLimits _limits;
    private readonly Stream _plain;
    private long _unpacked;

    private BoundedArchive(CountingStream packed, Stream plain, TarLimits limits) => (_packed, _plain, _limits) = (packed, plain, limits);

    /// <param name="packed">A tar, plain or compressed; left open.</param>
    /// <param name="limits">What it may come to.</param>
    /// <param name="ct">Stops it.</param>
    public static async ValueTask<BoundedArchive> OpenAsync(Stream packed, TarLimits limits, CancellationToken ct)
    {
        var counting = new CountingStream(packed);
        return new BoundedArchive(counting, await Archive.OpenAsync(counting, ct).ConfigureAwait(false), limits);
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
        var read = await _plain.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _unpacked += read;
        if (_unpacked > _limits.FreeBytes && _unpacked / _limits.Ratio > _packed.Count)
            throw new InvalidDataException($"the archive unpacks to more than {_limits.Ratio} times its size");
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("archives are read asynchronously");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await _plain.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private sealed class CountingStream(Stream inner) : Stream
    {
        public long Count { get; private set; }

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
            var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            Count += read;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            Count += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
