using System.Globalization;

namespace Gantry.Protocol.Distribution;

/// <summary>What a <c>Range</c> header asks of content whose length is known (RFC 9110 section 14).</summary>
/// <param name="Outcome">Whether to send everything, a part, or nothing.</param>
/// <param name="First">First byte of the part.</param>
/// <param name="Length">Bytes of the part.</param>
public readonly record struct RangeHeader(RangeOutcome Outcome, long First, long Length)
{
    /// <summary>Resolves a header against the content's size.</summary>
    /// <remarks>
    /// Several ranges, and units other than bytes, are answered with the whole content, which RFC 9110 allows.
    /// A range that ends before it begins is refused with 416: the conformance suite asks for it, though RFC 9110 would let it be ignored.
    /// </remarks>
    public static RangeHeader Resolve(ReadOnlySpan<char> header, long size)
    {
        var whole = new RangeHeader(RangeOutcome.Whole, 0, size);
        header = header.Trim();
        if (!header.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
            return whole;
        var range = header["bytes=".Length..].Trim();
        if (range.Contains(','))
            return whole;
        var dash = range.IndexOf('-');
        if (dash < 0)
            return whole;
        var firstText = range[..dash].Trim();
        var lastText = range[(dash + 1)..].Trim();
        var unsatisfiable = new RangeHeader(RangeOutcome.Unsatisfiable, 0, 0);

        if (firstText.IsEmpty)
        {
            if (!TryNumber(lastText, out var suffix))
                return whole;
            if (suffix == 0 || size == 0)
                return unsatisfiable;
            suffix = Math.Min(suffix, size);
            return new RangeHeader(RangeOutcome.Part, size - suffix, suffix);
        }

        if (!TryNumber(firstText, out var first))
            return whole;
        var last = size - 1;
        if (!lastText.IsEmpty)
        {
            if (!TryNumber(lastText, out last))
                return whole;
            if (last < first)
                return unsatisfiable;
            last = Math.Min(last, size - 1);
        }
        return first >= size ? unsatisfiable : new RangeHeader(RangeOutcome.Part, first, last - first + 1);
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out long value)
    {
        if (text.IsEmpty || text.ContainsAnyExceptInRange('0', '9'))
        {
            value = 0;
            return false;
        }
        // More digits than a long holds is still a number: as large as there is.
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value))
            value = long.MaxValue;
        return true;
    }
}
