using System.Buffers.Text;
using System.Text;
using Gantry.Client.Content;

namespace Gantry.Build.Layers;

/// <summary>Reads a tar entry by entry: ustar, pax, GNU long names, old-style headers. Everything declared is bounded before it is believed.</summary>
public sealed class TarEntryReader(Stream tar, TarLimits limits)
{
    private readonly byte[] _block = new byte[TarFormat.BlockBytes];
    private readonly Dictionary<string, byte[]> _global = new(StringComparer.Ordinal);
    private long _contentLeft;
    private int _padding;
    private long _entries;
    private long _bytes;
    private long _headerBytes;

    /// <summary>The next entry; null at the archive's end. Content that was not read is skipped.</summary>
    /// <exception cref="InvalidDataException">The archive is broken or goes beyond a limit.</exception>
    public async ValueTask<LayerEntry?> NextAsync(CancellationToken ct)
    {
        Dictionary<string, byte[]>? pax = null;
        string? longName = null;
        string? longLink = null;
        while (true)
        {
            await SkipContentAsync(ct).ConfigureAwait(false);
            if (!await ReadBlockAsync(ct).ConfigureAwait(false) || IsZero(_block))
                return null;
            if (++_entries > limits.Entries)
                throw new InvalidDataException($"the archive has more than {limits.Entries} entries");
            if (!TarFormat.HasChecksum(_block))
                throw new InvalidDataException("this is not a tar archive, or a header of it is damaged");
            var flag = (char)_block[TarFormat.TypeFlag];
            var size = Number(TarFormat.Size, "size");
            switch (flag)
            {
                case 'x':
                    pax = ParsePax(await ReadSmallAsync(size, ct).ConfigureAwait(false));
                    break;
                case 'g':
                    foreach (var (key, value) in ParsePax(await ReadSmallAsync(size, ct).ConfigureAwait(false)))
                        _global[key] = value;
                    break;
                case 'L':
                    longName = Text(await ReadSmallAsync(size, ct).ConfigureAwait(false));
                    break;
                case 'K':
                    longLink = Text(await ReadSmallAsync(size, ct).ConfigureAwait(false));
                    break;
                default:
                    return Entry(flag, size, pax, longName, longLink);
            }
        }
    }

    /// <summary>The current entry's bytes, to be read before the next call of <see cref="NextAsync"/>.</summary>
    public Stream Content => new EntryStream(this);

    private LayerEntry Entry(char flag, long size, Dictionary<string, byte[]>? pax, string? longName, string? longLink)
    {
        string? Pax(string key) => (pax?.GetValueOrDefault(key) ?? _global.GetValueOrDefault(key)) is { } value ? Encoding.UTF8.GetString(value) : null;
        long PaxNumber(string key, long otherwise) => Pax(key) is { } text ? WholeSeconds(key, text) : otherwise;

        var type = flag switch
        {
            '\0' or '0' or '7' => EntryType.File,
            '1' => EntryType.HardLink,
            '2' => EntryType.SymbolicLink,
            '3' => EntryType.CharacterDevice,
            '4' => EntryType.BlockDevice,
            '5' => EntryType.Folder,
            '6' => EntryType.Fifo,
            _ => throw new InvalidDataException($"the archive has an entry of the unknown type '{Protocol.Printable.Of([flag])}'"),
        };
        size = type == EntryType.File ? PaxNumber("size", size) : 0;
        if (size < 0 || (_bytes += size) > limits.Bytes)
            throw new InvalidDataException($"the archive unpacks to more than {limits.Bytes} bytes");
        _contentLeft = size;
        _padding = TarFormat.Padding(size);
        var prefix = IsUstar ? Field(TarFormat.Prefix) : "";
        var name = Pax("path") ?? longName ?? (prefix.Length > 0 ? $"{prefix}/{Field(TarFormat.Name)}" : Field(TarFormat.Name));
        // Before ustar, a folder was a file whose name ends with a slash.
        if (type == EntryType.File && name.EndsWith('/'))
            type = EntryType.Folder;
        return new LayerEntry
        {
            Path = Clean(name),
            Type = type,
            Mode = (int)(Number(TarFormat.Mode, "mode") & Permissions.Bits),
            Uid = PaxNumber("uid", Number(TarFormat.Uid, "uid")),
            Gid = PaxNumber("gid", Number(TarFormat.Gid, "gid")),
            Size = size,
            Modified = PaxNumber("mtime", Number(TarFormat.Modified, "mtime")),
            LinkTarget = LinkTarget(type, Pax("linkpath") ?? longLink ?? Field(TarFormat.LinkName)),
            DeviceMajor = type is EntryType.CharacterDevice or EntryType.BlockDevice ? (int)Number(TarFormat.DeviceMajor, "device") : 0,
            DeviceMinor = type is EntryType.CharacterDevice or EntryType.BlockDevice ? (int)Number(TarFormat.DeviceMinor, "device") : 0,
            Attributes = Attributes(pax),
        };
    }

    private string LinkTarget(EntryType type, string text) => type switch
    {
        EntryType.SymbolicLink => text.Length <= limits.PathLength ? text
            : throw new InvalidDataException($"the archive has a link to a path of {text.Length} characters, the limit is {limits.PathLength}"),
        EntryType.HardLink => Clean(text),
        _ => "",
    };

    private static Dictionary<string, byte[]> Attributes(Dictionary<string, byte[]>? pax)
    {
        var attributes = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (key, value) in pax ?? [])
        {
            if (key.StartsWith(TarFormat.AttributePrefix, StringComparison.Ordinal))
                attributes[key[TarFormat.AttributePrefix.Length..]] = value;
        }
        return attributes;
    }

    /// <summary>A path inside the tree. One that climbs out of it is not cleaned into something else: it is refused.</summary>
    private string Clean(string name)
    {
        if (name.Length > limits.PathLength)
            throw new InvalidDataException($"the archive has a path of {name.Length} characters, the limit is {limits.PathLength}");
        var parts = new List<string>();
        foreach (var part in name.Split('/'))
        {
            if (part is "" or ".")
                continue;
            if (part.Contains('\0') || (part == ".." && parts.Count == 0))
                throw new InvalidDataException($"the archive has an entry outside its root: \"{Protocol.Printable.Of(name)}\"");
            if (part == "..")
                parts.RemoveAt(parts.Count - 1);
            else
                parts.Add(part);
        }
        return string.Join('/', parts);
    }

    private static long WholeSeconds(string key, string text)
    {
        var whole = text.AsSpan();
        if (whole.IndexOf('.') is >= 0 and var point)
            whole = whole[..point];
        return long.TryParse(whole, out var number) ? number : throw new InvalidDataException($"the archive's pax record {key} is not a number");
    }

    private static Dictionary<string, byte[]> ParsePax(byte[] records)
    {
        var pax = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var rest = records.AsSpan();
        while (!rest.IsEmpty && rest[0] != 0)
        {
            var blank = rest.IndexOf((byte)' ');
            if (blank <= 0 || !Utf8Parser.TryParse(rest[..blank], out int length, out var used) || used != blank || length <= blank + 1 || length > rest.Length || rest[length - 1] != '\n')
                throw new InvalidDataException("the archive has a broken pax record");
            var record = rest[(blank + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals <= 0)
                throw new InvalidDataException("the archive has a pax record without a key");
            pax[Encoding.UTF8.GetString(record[..equals])] = record[(equals + 1)..].ToArray();
            rest = rest[length..];
        }
        return pax;
    }

    private bool IsUstar => _block.AsSpan(TarFormat.Magic)[..5].SequenceEqual("ustar"u8);

    private string Field(Range range) => Text(_block[range]);

    private static string Text(byte[] bytes)
    {
        var end = Array.IndexOf(bytes, (byte)0);
        return Encoding.UTF8.GetString(bytes, 0, end < 0 ? bytes.Length : end);
    }

    /// <summary>Octal digits between blanks, or GNU's binary form for numbers too large for them.</summary>
    private long Number(Range range, string what)
    {
        var field = _block.AsSpan(range);
        if ((field[0] & 0x80) != 0)
        {
            long value = field[0] & 0x3F;
            foreach (var b in field[1..])
            {
                if (value > long.MaxValue >> 8)
                    throw new InvalidDataException($"the archive has a {what} that is too large");
                value = (value << 8) | b;
            }
            return value;
        }
        var number = 0L;
        foreach (var b in field.Trim(" \0"u8))
        {
            if (b is < (byte)'0' or > (byte)'7')
                throw new InvalidDataException($"the archive has a {what} that is not a number");
            number = (number << 3) | (long)(b - '0');
        }
        return number;
    }

    private static bool IsZero(byte[] block) => !block.AsSpan().ContainsAnyExcept((byte)0);

    private async ValueTask<byte[]> ReadSmallAsync(long size, CancellationToken ct)
    {
        if (size > limits.HeaderBytes)
            throw new InvalidDataException($"the archive has a header of {size} bytes, the limit is {limits.HeaderBytes}");
        if ((_headerBytes += size) > limits.AllHeaderBytes)
            throw new InvalidDataException($"the archive's headers come to more than {limits.AllHeaderBytes} bytes");
        var bytes = new byte[size];
        await ReadExactlyAsync(bytes, ct).ConfigureAwait(false);
        _contentLeft = 0;
        _padding = TarFormat.Padding(size);
        return bytes;
    }

    private async ValueTask<bool> ReadBlockAsync(CancellationToken ct)
    {
        var read = await tar.ReadAtLeastAsync(_block, _block.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
        return read switch
        {
            0 => false,
            TarFormat.BlockBytes => true,
            _ => throw new InvalidDataException("the archive ends in the middle of a header"),
        };
    }

    private async ValueTask ReadExactlyAsync(Memory<byte> buffer, CancellationToken ct)
    {
        if (await tar.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false) < buffer.Length)
            throw new InvalidDataException("the archive ends in the middle of an entry");
    }

    private async ValueTask SkipContentAsync(CancellationToken ct)
    {
        var left = _contentLeft + _padding;
        (_contentLeft, _padding) = (0, 0);
        if (left == 0)
            return;
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (left > 0)
            {
                var part = (int)Math.Min(left, buffer.Length);
                await ReadExactlyAsync(buffer.AsMemory(0, part), ct).ConfigureAwait(false);
                left -= part;
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private sealed class EntryStream(TarEntryReader reader) : ReadOnlyStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var wanted = (int)Math.Min(buffer.Length, reader._contentLeft);
            if (wanted == 0)
                return 0;
            var read = await reader.Source.ReadAsync(buffer[..wanted], cancellationToken).ConfigureAwait(false);
            if (read == 0)
                throw new InvalidDataException("the archive ends in the middle of an entry");
            reader._contentLeft -= read;
            return read;
        }
    }

    private Stream Source => tar;
}
