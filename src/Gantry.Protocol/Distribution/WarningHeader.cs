using System.Text;

namespace Gantry.Protocol.Distribution;

/// <summary>The <c>Warning: 299 - "text"</c> header by which a registry speaks to the people behind a client (distribution-spec, "Warnings").</summary>
public static class WarningHeader
{
    /// <summary>Characters of one text. All of an answer's warnings may have 4096 bytes: this leaves room for others, were every character escaped.</summary>
    public const int MaxText = 1024;

    /// <summary>Why the text cannot be sent; null where it can.</summary>
    public static string? Explain(ReadOnlySpan<char> text) =>
        text.IsEmpty ? "it is empty"
        : text.Length > MaxText ? $"it has more than {MaxText} characters"
        : text.ContainsAnyExceptInRange(' ', '~') ? "it has characters that are not printable ASCII"
        : null;

    /// <exception cref="ArgumentException">The text cannot be sent.</exception>
    public static string Write(string text) => Explain(text) is { } problem
        ? throw new ArgumentException($"\"{Printable.Of(text)}\" is no warning: {problem}", nameof(text))
        : $"299 - \"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>The text of a quoted string (RFC 9110 section 5.6.4), as it was meant and no safer than whoever sent it; null where it is none.</summary>
    public static string? Unquote(ReadOnlySpan<char> quoted)
    {
        if (quoted is not ['"', .. var inside, '"'])
            return null;
        var text = new StringBuilder(inside.Length);
        for (var i = 0; i < inside.Length; i++)
        {
            if (inside[i] == '\\' && i + 1 < inside.Length)
                i++;
            text.Append(inside[i]);
        }
        return text.ToString();
    }
}
