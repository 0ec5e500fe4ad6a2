using System.Globalization;
using System.Text;

namespace Gantry.Client.Files;

/// <summary>Reads a tar from a stream, entry by entry: USTAR, PAX and GNU names. Made for hostile input: nothing is allocated by a declared size.</summary>
internal sealed class TarEntryReader(Stream input)
{
    private const int Block = 512;

    /// <summary>Bytes of one extension header: a long name, or PAX records. Paths end at 4096.</summary>
    private const int ExtensionLimit = 64 * 1024;

    private readonly byte[] _block = new byte[Block];
    private long _left;
    private long _padding;

    /// <summary>The next entry, or null at the end. What is left of the last one is skipped.</summary>
    /// <exception cref="InvalidDataException">This is no tar.</exception>
    public async ValueTask<TarEntry?> NextAsync(CancellationToken ct)
    {
        string? longName = null, longLink = null;
        Dictionary<string, string> records = new(StringComparer.Ordinal);
        while (true)
        {
            await SkipAsync(_left + _padding, ct).ConfigureAwait(false);
            (_left, _padding) = (0, 0);
            if (!await ReadBlockAsync(ct).ConfigureAwait(false) || IsEmpty(_block))
                return null;
            VerifyChecksum();
            var size = Number(124, 12);
            if (size < 0)
                throw new InvalidDataException("the tar has an entry of negative size");
            var type = (char)_block[156];
            _left = size;
            _padding = (Block - size % Block) % Block;
            switch (type)
            {
                case 'x':
                    ReadRecords(await ReadExtensionAsync(ct).ConfigureAwait(false), records);
                    continue;
                case 'g':
                    continue;
                case 'L':
                    longName = CString(await ReadExtensionAsync(ct).ConfigureAwait(false));
                    continue;
                case 'K':
                    longLink = CString(await ReadExtensionAsync(ct).ConfigureAwait(false));
                    continue;
                default:
                    return Complete(type, longName, longLink, records);
            }
        }
    }

    /// <summary>Reads bytes of the current file; 0 at its end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        if (_left == 0 || buffer.IsEmpty)
            return 0;
        var read = await input.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], ct).ConfigureAwait(false);
        if (read == 0)
            throw new InvalidDataException("the tar ends inside a file");
        _left -= read;
        return read;
    }

    private TarEntry Complete(char type, string? longName, string? longLink, Dictionary<string, string> records)
    {
        if (type == 'S' || records.Keys.Any(key => key.StartsWith("GNU.sparse.", StringComparison.Ordinal)))
            throw new InvalidDataException("the tar has a sparse file, which is not supported");
        if (records.TryGetValue("size", out var sizeText))
        {
            if (!long.TryParse(sizeText, NumberStyles.None, CultureInfo.InvariantCulture, out var size))
                throw new InvalidDataException("the tar has a PAX size that is not a number");
            _left = size;
            _padding = (Block - size % Block) % Block;
        }
        if (type is TarEntry.HardLink or TarEntry.SymbolicLink or TarEntry.Folder or TarEntry.CharacterDevice or TarEntry.BlockDevice or TarEntry.Pipe)
            (_left, _padding) = (0, 0);

        var name = records.GetValueOrDefault("path") ?? longName ?? HeaderName();
        if (type is '\0' or '7')
            type = TarEntry.File;
        if (type == TarEntry.File && name.EndsWith('/'))
            type = TarEntry.Folder;
        return new TarEntry
        {
            Type = type,
            Name = name,
            LinkName = records.GetValueOrDefault("linkpath") ?? longLink ?? CString(_block.AsSpan(157, 100)),
            Mode = (int)(Number(100, 8) & 0xFFF),
            Size = _left,
            Modified = Time(records.GetValueOrDefault("mtime")),
        };
    }

    private string HeaderName()
    {
        var name = CString(_block.AsSpan(0, 100));
        var isUstar = _block.AsSpan(257, 6).SequenceEqual("ustar\0"u8);
        return isUstar && CString(_block.AsSpan(345, 155)) is { Length: > 0 } prefix ? $"{prefix}/{name}" : name;
    }

    private DateTimeOffset Time(string? record)
    {
        var seconds = record is null ? Number(136, 12)
            : double.TryParse(record, NumberStyles.Float, CultureInfo.InvariantCulture, out var fraction) ? Math.Floor(fraction)
            : 0d;
        return seconds is >= -62_135_596_800d and <= 253_402_300_799d ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : DateTimeOffset.UnixEpoch;
    }

    private static void ReadRecords(ReadOnlySpan<byte> data, Dictionary<string, string> records)
    {
        while (!data.IsEmpty)
        {
            var blank = data.IndexOf((byte)' ');
            if (blank <= 0 || !int.TryParse(data[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length <= blank + 1 || length > data.Length || data[length - 1] != (byte)'\n')
                throw new InvalidDataException("the tar has broken PAX records");
            var record = data[(blank + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals <= 0)
                throw new InvalidDataException("the tar has broken PAX records");
            records[Encoding.UTF8.GetString(record[..equals])] = Encoding.UTF8.GetString(record[(equals + 1)..]);
            data = data[length..];
        }
    }

    private async ValueTask<byte[]> ReadExtensionAsync(CancellationToken ct)
    {
        if (_left > ExtensionLimit)
            throw new InvalidDataException($"the tar has an extension header of {_left} bytes, the limit is {ExtensionLimit}");
        var data = new byte[_left];
        await input.ReadExactlyAsync(data, ct).ConfigureAwait(false);
        _left = 0;
        return data;
    }

    private async ValueTask<bool> ReadBlockAsync(CancellationToken ct)
    {
        var read = await input.ReadAtLeastAsync(_block, Block, throwOnEndOfStream: false, ct).ConfigureAwait(false);
        return read switch
        {
            Block => true,
            0 => false,
            _ => throw new InvalidDataException("the tar ends inside a header"),
        };
    }

    private async ValueTask SkipAsync(long count, CancellationToken ct)
    {
        var buffer = new byte[(int)Math.Min(count, 64 * 1024)];
        while (count > 0)
        {
            var read = await input.ReadAsync(buffer.AsMemory(0, (int)Math.Min(count, buffer.Length)), ct).ConfigureAwait(false);
            if (read == 0)
                throw new InvalidDataException("the tar ends inside an entry");
            count -= read;
        }
    }

    private void VerifyChecksum()
    {
        var sum = 0;
        for (var i = 0; i < Block; i++)
            sum += i is >= 148 and < 156 ? ' ' : _block[i];
        if (Number(148, 8) != sum)
            throw new InvalidDataException("the tar has a header with a wrong checksum");
    }

    /// <summary>Octal digits, or base 256 where the first bit is set. Garbage is -1.</summary>
    private long Number(int at, int size)
    {
        var field = _block.AsSpan(at, size);
        long value = 0;
        if ((field[0] & 0x80) != 0)
        {
            value = (field[0] & 0x40) != 0 ? -1 : field[0] & 0x3F;
            foreach (var b in field[1..])
            {
                if (value is > long.MaxValue >> 8 or < long.MinValue >> 8)
                    return -1;
                value = value << 8 | b;
            }
            return value;
        }
        foreach (var b in field.Trim(" \0"u8))
        {
            if (b is < (byte)'0' or > (byte)'7' || value > long.MaxValue >> 3)
                return -1;
            value = value << 3 | (uint)(b - '0');
        }
        return value;
    }

    private static string CString(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    private static bool IsEmpty(ReadOnlySpan<byte> block) => !block.ContainsAnyExcept((byte)0);
}
