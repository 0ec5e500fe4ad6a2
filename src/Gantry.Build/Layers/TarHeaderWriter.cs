using System.Buffers;
using System.Text;

namespace Gantry.Build.Layers;

/// <summary>Writes the header of a layer's entry: the same bytes for the same entry, always.</summary>
/// <remarks>
/// A plain ustar header where it suffices; where it does not (long or non-ASCII names, large numbers, extended attributes) a pax header before it,
/// under one constant name and with its records in order. The framework's writer puts its process id into that name, and turns attributes to text.
/// </remarks>
internal static class TarHeaderWriter
{
    private const long MaxOctal7 = (1L << 21) - 1;
    private const long MaxOctal11 = (1L << 33) - 1;

    public static byte[] Write(LayerEntry entry)
    {
        var name = entry.Type == EntryType.Folder ? (entry.Path.Length == 0 ? "./" : entry.Path + "/") : entry.Path;
        var records = PaxRecords(entry, name);
        var output = new ArrayBufferWriter<byte>(TarFormat.BlockBytes * 3);
        if (records.Length > 0)
        {
            WriteHeader(output, "././@PaxHeader", "", 'x', entry with { Mode = 0, Uid = 0, Gid = 0, Modified = 0, DeviceMajor = 0, DeviceMinor = 0 }, records.Length);
            output.Write(records);
            output.Write(new byte[TarFormat.Padding(records.Length)]);
        }
        WriteHeader(output, name, entry.LinkTarget, Flag(entry.Type), entry, entry.Type == EntryType.File ? entry.Size : 0);
        return output.WrittenSpan.ToArray();
    }

    private static char Flag(EntryType type) => type switch
    {
        EntryType.File => '0',
        EntryType.HardLink => '1',
        EntryType.SymbolicLink => '2',
        EntryType.CharacterDevice => '3',
        EntryType.BlockDevice => '4',
        EntryType.Folder => '5',
        _ => '6',
    };

    private static byte[] PaxRecords(LayerEntry entry, string name)
    {
        var records = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        if (SplitName(name) is null)
            records["path"] = Encoding.UTF8.GetBytes(name);
        if (!Fits(entry.LinkTarget, 100))
            records["linkpath"] = Encoding.UTF8.GetBytes(entry.LinkTarget);
        Number("uid", entry.Uid, MaxOctal7);
        Number("gid", entry.Gid, MaxOctal7);
        Number("size", entry.Type == EntryType.File ? entry.Size : 0, MaxOctal11);
        Number("mtime", entry.Modified, MaxOctal11);
        foreach (var (key, value) in entry.Attributes)
            records[TarFormat.AttributePrefix + key] = value;

        var output = new ArrayBufferWriter<byte>();
        foreach (var (key, value) in records)
            WriteRecord(output, key, value);
        return output.WrittenSpan.ToArray();

        void Number(string key, long value, long limit)
        {
            if (value < 0 || value > limit)
                records[key] = Encoding.ASCII.GetBytes(value.ToString());
        }
    }

    /// <summary><c>length key=value\n</c>, where the length counts itself.</summary>
    private static void WriteRecord(ArrayBufferWriter<byte> output, string key, byte[] value)
    {
        var keyBytes = Encoding.UTF8.GetBytes(key);
        var rest = keyBytes.Length + value.Length + 3;
        var length = rest + rest.ToString().Length;
        length = rest + length.ToString().Length;
        output.Write(Encoding.ASCII.GetBytes(length.ToString()));
        output.Write(" "u8);
        output.Write(keyBytes);
        output.Write("="u8);
        output.Write(value);
        output.Write("\n"u8);
    }

    private static void WriteHeader(ArrayBufferWriter<byte> output, string name, string link, char flag, LayerEntry entry, long size)
    {
        var header = output.GetSpan(TarFormat.BlockBytes)[..TarFormat.BlockBytes];
        header.Clear();
        var (prefix, last) = SplitName(name) ?? ("", name);
        Text(header[TarFormat.Name], last);
        Text(header[TarFormat.Prefix], prefix);
        Octal(header[TarFormat.Mode], entry.Mode);
        Octal(header[TarFormat.Uid], entry.Uid is >= 0 and <= MaxOctal7 ? entry.Uid : 0);
        Octal(header[TarFormat.Gid], entry.Gid is >= 0 and <= MaxOctal7 ? entry.Gid : 0);
        Octal(header[TarFormat.Size], size <= MaxOctal11 ? size : 0);
        Octal(header[TarFormat.Modified], entry.Modified is >= 0 and <= MaxOctal11 ? entry.Modified : 0);
        header[TarFormat.TypeFlag] = (byte)flag;
        Text(header[TarFormat.LinkName], link);
        "ustar\u000000"u8.CopyTo(header[TarFormat.Magic]);
        if (entry.Type is EntryType.CharacterDevice or EntryType.BlockDevice)
        {
            Octal(header[TarFormat.DeviceMajor], entry.DeviceMajor);
            Octal(header[TarFormat.DeviceMinor], entry.DeviceMinor);
        }
        header[TarFormat.Checksum].Fill((byte)' ');
        var sum = 0;
        foreach (var b in header)
            sum += b;
        Octal(header[TarFormat.Checksum][..7], sum);
        output.Advance(TarFormat.BlockBytes);
    }

    /// <summary>Prefix and name as ustar divides a path at a slash; null where no division fits and pax must carry it.</summary>
    private static (string Prefix, string Name)? SplitName(string name)
    {
        if (Fits(name, 100))
            return ("", name);
        if (!Fits(name, 255))
            return null;
        // The last slash (but a folder's own) that leaves at most 100 characters behind it.
        var slash = name.LastIndexOf('/', Math.Min(154, name.Length - 2));
        return slash > 0 && name.Length - slash - 1 <= 100 ? (name[..slash], name[(slash + 1)..]) : null;
    }

    private static bool Fits(string text, int limit) => text.Length <= limit && Ascii.IsValid(text) && !text.Contains('\0');

    private static void Text(Span<byte> field, string text)
    {
        // What does not fit stands in the pax header; here is its beginning, for readers that know none.
        Span<byte> bytes = Encoding.UTF8.GetBytes(text);
        bytes[..Math.Min(bytes.Length, field.Length)].CopyTo(field);
    }

    private static void Octal(Span<byte> field, long value)
    {
        for (var i = field.Length - 2; i >= 0; i--)
        {
            field[i] = (byte)('0' + (value & 7));
            value >>= 3;
        }
    }
}
