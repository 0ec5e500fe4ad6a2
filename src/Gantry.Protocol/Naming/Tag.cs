using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Gantry.Protocol.Naming;

/// <summary>A name that points at one manifest of a repository and may be moved (distribution-spec, "Pulling manifests").</summary>
public readonly struct Tag : IEquatable<Tag>, ISpanParsable<Tag>
{
    public const int MaxLength = 128;

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    private readonly string? _text;

    private Tag(string text) => _text = text;

    public bool IsEmpty => _text is null;

    /// <summary>Says why the text is not a tag; null when it is one.</summary>
    public static string? Explain(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return "a tag cannot be empty";
        if (text.Length > MaxLength)
            return "a tag has at most 128 characters";
        if (text.ContainsAnyExcept(Characters))
            return "a tag is letters, digits, '_', '.' and '-'";
        return text[0] is '.' or '-' ? "a tag begins with a letter, a digit or '_'" : null;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out Tag tag)
    {
        tag = Explain(text) is null ? new Tag(text.ToString()) : default;
        return !tag.IsEmpty;
    }

    /// <exception cref="FormatException">The text is not a tag; the message says why.</exception>
    public static Tag Parse(ReadOnlySpan<char> text) =>
        Explain(text) is { } problem
            ? throw new FormatException($"invalid tag \"{Printable.Of(text)}\": {problem}")
            : new Tag(text.ToString());

    public static Tag Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan());

    public static Tag Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Tag result) => TryParse(s.AsSpan(), out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Tag result) => TryParse(s, out result);

    public bool Equals(Tag other) => string.Equals(_text, other._text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is Tag other && Equals(other);

    public override int GetHashCode() => _text is null ? 0 : string.GetHashCode(_text, StringComparison.Ordinal);

    public override string ToString() => _text ?? "";

    public static bool operator ==(Tag left, Tag right) => left.Equals(right);

    public static bool operator !=(Tag left, Tag right) => !left.Equals(right);
}
