using System.Text;

namespace Gantry.Protocol;

/// <summary>Shows untrusted text inside a message: bounded, on one line, without control characters.</summary>
public static class Printable
{
    private const int Limit = 128;

    /// <summary>The text with anything that could break a line, a terminal or a header written as <c>\uXXXX</c>, cut after 128 characters.</summary>
    public static string Of(ReadOnlySpan<char> text)
    {
        var cut = text.Length > Limit;
        if (cut)
            text = text[..Limit];
        var safe = true;
        foreach (var c in text)
            safe &= c is >= ' ' and < '\u007f' and not '"' and not '\\';
        if (safe)
            return cut ? string.Concat(text, "…") : text.ToString();

        var builder = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                builder.Append('\\').Append(c);
            else if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' or (>= '\u200b' and <= '\u200f') or (>= '\u202a' and <= '\u202e'))
                builder.Append("\\u").Append(((int)c).ToString("x4"));
            else
                builder.Append(c);
        }
        return cut ? builder.Append('…').ToString() : builder.ToString();
    }
}
