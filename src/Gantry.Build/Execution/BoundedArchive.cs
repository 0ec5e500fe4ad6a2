using System.Buffers.Binary;
using System.IO.Compression;
using Gantry.Build.Layers;
using Gantry.Client.Content;

namespace Gantry.Build.Execution;

/// <summary>The plain bytes of an archive that a stranger packed. It ends with an error where it unpacks to far more than was sent.</summary>
internal sealed class BoundedArchive : ReadOnlyStream
{
    private readonly CountingStream _packed;
    private readonly TarLimits _limits;
    private readonly Stream _plain;
    private readonly bool _isVerified;
    private long _unpacked;
    private long _zerosAtEnd;

    private BoundedArchive(CountingStream packed, Stream plain, TarLimits limits, bool isVerified) => (_packed, _plain, _limits, _isVerified) = (packed, plain, limits, isVerified);

    /// <param name="packed">A tar, plain or compressed; left open.</param>
    /// <param name="limits">What it may come to.</param>
    /// <param name="isVerified">Its digest was compared: that it is whole need not be found out again.</param>
    /// <param name="ct">Stops it.</param>
    public static async ValueTask<BoundedArchive> OpenAsync(Stream packed, TarLimits limits, bool isVerified, CancellationToken ct)
    {
        var counting = new CountingStream(packed);
        return new BoundedArchive(counting, await Archive.OpenAsync(counting, ct).ConfigureAwait(false), limits, isVerified);
    }

    /// <summary>The framework reads some gzips that were cut off as if they had ended: so there must be a tar's end, an empty block, or a gzip's, its length.</summary>
    private bool IsWhole => _zerosAtEnd >= TarFormat.BlockBytes || _packed.LastNumber == (uint)_unpacked;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _plain.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read == 0 && !buffer.IsEmpty && _plain is GZipStream && !_isVerified && !IsWhole)
            throw new InvalidDataException("the archive is cut off: its end is missing");
        _unpacked += read;
        var last = buffer.Span[..read].LastIndexOfAnyExcept((byte)0);
        _zerosAtEnd = last < 0 ? _zerosAtEnd + read : read - 1 - last;
        if (_unpacked > _limits.FreeBytes && _unpacked / _limits.Ratio > _packed.Count)
            throw new InvalidDataException($"the archive unpacks to more than {_limits.Ratio} times its size");
        return read;
    }

    public override async ValueTask DisposeAsync()
    {
        await _plain.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private sealed class CountingStream(Stream inner) : ReadOnlyStream
    {
        private readonly byte[] _last = new byte[sizeof(uint)];

        public long Count { get; private set; }

        /// <summary>The last four bytes.</summary>
        public uint LastNumber => BinaryPrimitives.ReadUInt32LittleEndian(_last);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            Note(buffer.Span[..read]);
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            Note(buffer.AsSpan(offset, read));
            return read;
        }

        private void Note(ReadOnlySpan<byte> bytes)
        {
            Count += bytes.Length;
            var kept = Math.Max(0, _last.Length - bytes.Length);
            _last.AsSpan(_last.Length - kept).CopyTo(_last);
            bytes[^(_last.Length - kept)..].CopyTo(_last.AsSpan(kept));
        }
    }
}
