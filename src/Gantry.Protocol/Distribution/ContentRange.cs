using System.Globalization;

namespace Gantry.Protocol.Distribution;

/// <summary>The bytes that an upload's chunk covers, both ends included: <c>Content-Range: 0-1023</c> (distribution-spec, "Pushing a blob in chunks").</summary>
public readonly record struct ContentRange(long First, long Last)
{
    public long Length => Last - First + 1;

    /// <summary>Reads <c>first-last</c>; tolerates the <c>bytes </c> unit and <c>/total</c> of RFC 9110, which some clients add.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ContentRange range)
    {
        range = default;
        if (text.StartsWith("bytes ", StringComparison.OrdinalIgnoreCase))
            text = text["bytes ".Length..];
        if (text.IndexOf('/') is >= 0 and var slash)
            text = text[..slash];
        var dash = text.IndexOf('-');
        if (dash <= 0
            || !long.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            || !long.TryParse(text[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            || last == long.MaxValue)
            return false;
        range = new ContentRange(first, last);
        return true;
    }

    public override string ToString() => $"{First}-{Last}";
}
