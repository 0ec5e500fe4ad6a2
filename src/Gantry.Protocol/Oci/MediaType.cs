using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Gantry.Protocol.Oci;

/// <summary>What kind of document or content some bytes are, without parameters (RFC 6838).</summary>
/// <remarks>
/// Artifacts in the wild carry types that RFC 6838 would refuse, and they must be stored and returned as they are.
/// So any text of 1 to 255 characters without control characters is a media type; <see cref="IsWellFormed"/> asks the strict question.
/// </remarks>
public readonly struct MediaType : IEquatable<MediaType>, ISpanParsable<MediaType>
{
    private const int MaxLength = 255;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&-^_.+");

    private readonly string? _text;

    private MediaType(string text) => _text = text;

    public bool IsEmpty => _text is null;

    /// <summary>Whether the text is <c>type/subtype</c> as RFC 6838 section 4.2 writes it.</summary>
    public bool IsWellFormed
    {
        get
        {
            var text = _text.AsSpan();
            var slash = text.IndexOf('/');
            return slash > 0 && IsName(text[..slash]) && IsName(text[(slash + 1)..]);

            static bool IsName(ReadOnlySpan<char> name) =>
                name.Length is > 0 and <= 127 && char.IsAsciiLetterOrDigit(name[0]) && !name.ContainsAnyExcept(NameCharacters);
        }
    }

    /// <summary>Says why the text is not a media type; null when it is one.</summary>
    public static string? Explain(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return "a media type cannot be empty";
        if (text.Length > MaxLength)
            return "a media type has at most 255 characters";
        foreach (var c in text)
        {
            if (char.IsControl(c))
                return "a media type has no control characters";
        }
        return null;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out MediaType mediaType)
    {
        mediaType = Explain(text) is null ? new MediaType(text.ToString()) : default;
        return !mediaType.IsEmpty;
    }

    /// <exception cref="FormatException">The text is not a media type; the message says why.</exception>
    public static MediaType Parse(ReadOnlySpan<char> text) =>
        Explain(text) is { } problem
            ? throw new FormatException($"invalid media type \"{Printable.Of(text)}\": {problem}")
            : new MediaType(text.ToString());

    /// <summary>Reads a <c>Content-Type</c> header: the type before any parameter, surrounding blanks ignored.</summary>
    public static bool TryParseHeader(ReadOnlySpan<char> header, out MediaType mediaType)
    {
        var semicolon = header.IndexOf(';');
        return TryParse((semicolon < 0 ? header : header[..semicolon]).Trim(), out mediaType);
    }

    public static MediaType Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan());

    public static MediaType Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MediaType result) => TryParse(s.AsSpan(), out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out MediaType result) => TryParse(s, out result);

    public bool Equals(MediaType other) => string.Equals(_text, other._text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is MediaType other && Equals(other);

    public override int GetHashCode() => _text is null ? 0 : string.GetHashCode(_text, StringComparison.Ordinal);

    public override string ToString() => _text ?? "";

    public static bool operator ==(MediaType left, MediaType right) => left.Equals(right);

    public static bool operator !=(MediaType left, MediaType right) => !left.Equals(right);
}
