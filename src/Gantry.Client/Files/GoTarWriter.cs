using System.Globalization;
using System.Text;

namespace Gantry.Client.Files;

/// <summary>Writes tar headers byte for byte as Go's <c>archive/tar</c> does, so that the digest of a packed folder equals the real oras's.</summary>
/// <remarks>
/// Go prefers plain USTAR and takes PAX records for exactly the fields that do not fit: names with other than ASCII or without a place to
/// split, long link targets, sizes from 8 GiB, times before 1970. GNU headers are never chosen for what ORAS writes.
/// System.Formats.Tar writes PAX records always, or none.
/// </remarks>
internal sealed class GoTarWriter(Stream output)
{
    private const int Block = 512;
    private const int NameSize = 100;
    private const int PrefixSize = 155;
    private static readonly byte[] Zeros = new byte[Block * 2];

    private readonly byte[] _header = new byte[Block];

    /// <summary>Writes the headers of an entry. For a file its bytes follow, then <see cref="PadAsync"/>.</summary>
    public async ValueTask WriteHeaderAsync(TarEntry entry, CancellationToken ct)
    {
        var seconds = RoundToSeconds(entry.Modified);
        var records = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var ustar = true;
        var (prefix, suffix) = SplitName(entry.Name);

        if (!Fits(entry.Name, NameSize))
        {
            records["path"] = entry.Name;
            ustar &= suffix is not null;
        }
        if (!Fits(entry.LinkName, NameSize))
        {
            records["linkpath"] = entry.LinkName;
            ustar = false;
        }
        if (!FitsOctal(entry.Size, 12))
        {
            records["size"] = entry.Size.ToString(CultureInfo.InvariantCulture);
            ustar = false;
        }
        if (!FitsOctal(seconds, 12))
        {
            records["mtime"] = seconds.ToString(CultureInfo.InvariantCulture);
            ustar = false;
        }

        if (!ustar)
            await WriteRecordsAsync(entry.Name, records, ct).ConfigureAwait(false);
        else if (suffix is not null)
            entry = entry with { Name = suffix };
        Fill(entry, seconds);
        if (ustar && prefix is not null)
            Text(345, PrefixSize, prefix);
        await SealAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Fills the last block of a file with zeros.</summary>
    public async ValueTask PadAsync(long size, CancellationToken ct)
    {
        if (size % Block is not 0 and var rest)
            await output.WriteAsync(Zeros.AsMemory(0, (int)(Block - rest)), ct).ConfigureAwait(false);
    }

    /// <summary>Two empty blocks end the archive.</summary>
    public ValueTask FinishAsync(CancellationToken ct) => output.WriteAsync(Zeros, ct);

    private async ValueTask WriteRecordsAsync(string name, SortedDictionary<string, string> records, CancellationToken ct)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in records)
            text.Append(Record(key, value));
        var data = Encoding.UTF8.GetBytes(text.ToString());

        var slash = name.LastIndexOf('/');
        var special = string.Concat(slash < 0 ? "" : name[..(slash + 1)], "PaxHeaders.0/", name[(slash + 1)..]);
        special = Ascii(special);
        if (special.Length > NameSize)
            special = special[..NameSize];

        Array.Clear(_header);
        _header[156] = (byte)'x';
        Text(0, NameSize, special.TrimEnd('/'));
        Octal(100, 8, 0);
        Octal(108, 8, 0);
        Octal(116, 8, 0);
        Octal(124, 12, data.Length);
        Octal(136, 12, 0);
        await SealAsync(ct).ConfigureAwait(false);
        await output.WriteAsync(data, ct).ConfigureAwait(false);
        await PadAsync(data.Length, ct).ConfigureAwait(false);
    }

    /// <summary><c>LENGTH key=value\n</c>, where the length counts its own digits.</summary>
    private static string Record(string key, string value)
    {
        var size = Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value) + 3;
        size += Digits(size);
        var record = $"{size} {key}={value}\n";
        var actual = Encoding.UTF8.GetByteCount(record);
        return actual == size ? record : $"{actual} {key}={value}\n";

        static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;
    }

    private void Fill(TarEntry entry, long seconds)
    {
        Array.Clear(_header);
        Text(0, NameSize, Ascii(entry.Name));
        Octal(100, 8, entry.Mode);
        Octal(108, 8, 0);
        Octal(116, 8, 0);
        Octal(124, 12, FitsOctal(entry.Size, 12) ? entry.Size : 0);
        Octal(136, 12, FitsOctal(seconds, 12) ? seconds : 0);
        _header[156] = (byte)entry.Type;
        Text(157, NameSize, Ascii(entry.LinkName));
        Octal(329, 8, 0);
        Octal(337, 8, 0);
    }

    private ValueTask SealAsync(CancellationToken ct)
    {
        "ustar\000"u8.CopyTo(_header.AsSpan(257));
        "        "u8.CopyTo(_header.AsSpan(148));
        var sum = 0;
        foreach (var b in _header)
            sum += b;
        Octal(148, 7, sum);
        _header[155] = (byte)' ';
        return output.WriteAsync(_header.ToArray(), ct);
    }

    /// <summary>Cut where it is too long. A cut that ends in a slash would look like a folder to old readers, so Go takes the slash off.</summary>
    private void Text(int at, int size, string ascii)
    {
        var field = _header.AsSpan(at, size);
        field.Clear();
        var kept = ascii.Length > size ? ascii[..size] : ascii;
        Encoding.ASCII.GetBytes(kept, field);
        if (ascii.Length > size && field[^1] == (byte)'/')
            field[kept[..^1].TrimEnd('/').Length] = 0;
    }

    private void Octal(int at, int size, long value)
    {
        var digits = Convert.ToString(value, 8).PadLeft(size - 1, '0');
        Text(at, size, digits);
    }

    private static bool Fits(string text, int size) => text.Length <= size && System.Text.Ascii.IsValid(text);

    private static bool FitsOctal(long value, int size) => value >= 0 && value < 1L << ((size - 1) * 3);

    private static string Ascii(string text) =>
        System.Text.Ascii.IsValid(text) ? text : string.Concat(text.Where(c => c is > '\0' and < '\u0080'));

    /// <summary>A long name in two parts, cut at the last slash that leaves both short enough; nulls where it cannot be or need not be.</summary>
    private static (string? Prefix, string? Suffix) SplitName(string name)
    {
        if (name.Length <= NameSize || !System.Text.Ascii.IsValid(name))
            return default;
        var length = name.Length > PrefixSize + 1 ? PrefixSize + 1 : name[^1] == '/' ? name.Length - 1 : name.Length;
        var slash = name.AsSpan(0, length).LastIndexOf('/');
        var rest = name.Length - slash - 1;
        return slash <= 0 || rest is 0 or > NameSize || slash > PrefixSize ? default : (name[..slash], name[(slash + 1)..]);
    }

    /// <summary>To the nearest second, halves away from zero, as Go's <c>Time.Round</c>.</summary>
    private static long RoundToSeconds(DateTimeOffset time)
    {
        var ticks = time.UtcTicks + TimeSpan.TicksPerSecond / 2;
        return Math.DivRem(ticks - DateTimeOffset.UnixEpoch.UtcTicks, TimeSpan.TicksPerSecond) is var (seconds, left) && left < 0 ? seconds - 1 : seconds;
    }
}
