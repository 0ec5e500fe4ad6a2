using System.Globalization;

namespace Gantry.Server.Audit;

/// <summary>Where a reading of the record stopped: all that was written before this place is still to be read. Written as <c>FILE~OFFSET</c>.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Offset">Bytes from its beginning.</param>
public readonly record struct AuditPlace(string File, long Offset)
{
    private const int LongestName = 64;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}~{Offset}");

    /// <summary>Reads a place. The name is compared with those that are there, and never opened itself.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out AuditPlace place)
    {
        place = default;
        var end = text.IndexOf('~');
        if (end is <= 0 or > LongestName || !long.TryParse(text[(end + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            return false;
        place = new AuditPlace(text[..end].ToString(), offset);
        return true;
    }
}
