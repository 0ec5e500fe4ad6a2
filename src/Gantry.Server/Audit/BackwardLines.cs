namespace Gantry.Server.Audit;

/// <summary>The lines of a file from its end to its beginning.</summary>
/// <param name="file">The file. Stays the caller's.</param>
/// <param name="blockBytes">How much is read at a time.</param>
/// <param name="end">Where to begin: the place after a line's end.</param>
internal sealed class BackwardLines(Stream file, int blockBytes, long end)
{
    // Whatever the record holds is cut to a few hundred characters: a longer line is none of ours.
    private const int LongestLine = 64 * 1024;

    private byte[] _block = [];
    private long _start = end;
    private int _filled;

    /// <summary>Where the line begins that was read last: what lies before it was not read yet.</summary>
    public long Position => _start + _filled;

    /// <summary>The line before; null at the beginning. It is good until the next call. A line that is too long is shown empty.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken ct)
    {
        while (true)
        {
            // The last byte is the end of the line that is looked for; the one before it ends the line before.
            var lineEnd = _filled > 0 && _block[_filled - 1] == '\n' ? _filled - 1 : _filled;
            var before = _filled == 0 ? -1 : _block.AsSpan(0, lineEnd).LastIndexOf((byte)'\n');
            if (before >= 0 || (_start == 0 && _filled > 0))
            {
                _filled = before + 1;
                return _block.AsMemory(_filled, lineEnd - _filled);
            }
            if (_start == 0)
                return null;
            if (_filled > LongestLine)
            {
                _filled = 0;
                return ReadOnlyMemory<byte>.Empty;
            }
            await FillAsync(ct);
        }
    }

    /// <summary>Puts the block that comes before what is left in front of it.</summary>
    private async ValueTask FillAsync(CancellationToken ct)
    {
        var count = (int)Math.Min(blockBytes, _start);
        var block = new byte[count + _filled];
        _block.AsSpan(0, _filled).CopyTo(block.AsSpan(count));
        file.Position = _start - count;
        await file.ReadExactlyAsync(block.AsMemory(0, count), ct);
        (_block, _start, _filled) = (block, _start - count, count + _filled);
    }
}
