using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Gantry.Protocol.Oci;

/// <summary>The identity of content: an algorithm and the lower-case hexadecimal hash of the bytes (image-spec descriptor.md, "Digests").</summary>
/// <remarks><c>default</c> is "no digest": it equals only itself, prints as the empty string and has no algorithm.</remarks>
public readonly struct Digest : IEquatable<Digest>, ISpanParsable<Digest>
{
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private readonly string? _text;

    private Digest(string text) => _text = text;

    public bool IsEmpty => _text is null;

    public DigestAlgorithm Algorithm => DigestAlgorithm.Find(_text.AsSpan(0, ColonAt))
        ?? throw new InvalidOperationException("The empty digest has no algorithm.");

    /// <summary>The hexadecimal part, after the colon.</summary>
    public ReadOnlySpan<char> Hex => _text is null ? default : _text.AsSpan(ColonAt + 1);

    /// <summary>The first twelve hexadecimal digits, as status lines show them.</summary>
    public string Short => Hex.Length < 12 ? "" : Hex[..12].ToString();

    private int ColonAt => _text is null ? 0 : _text.IndexOf(':', StringComparison.Ordinal);

    /// <summary>SHA-256 of the bytes: the digest of everything that Gantry creates.</summary>
    public static Digest Of(ReadOnlySpan<byte> content) => Of(DigestAlgorithm.Sha256, content);

    public static Digest Of(DigestAlgorithm algorithm, ReadOnlySpan<byte> content)
    {
        using var hash = algorithm.CreateHash();
        hash.AppendData(content);
        return FromHash(algorithm, hash.GetHashAndReset());
    }

    /// <summary>Names content whose hash was computed elsewhere, for instance while it was streamed.</summary>
    public static Digest FromHash(DigestAlgorithm algorithm, ReadOnlySpan<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hash.Length * 2, algorithm.HexLength);
        return new Digest(string.Concat(algorithm.Name, ":", Convert.ToHexStringLower(hash)));
    }

    /// <summary>Takes the digest of what was appended so far and starts <paramref name="hash"/> anew.</summary>
    public static Digest FromHash(DigestAlgorithm algorithm, IncrementalHash hash)
    {
        Span<byte> bytes = stackalloc byte[64];
        return FromHash(algorithm, bytes[..hash.GetHashAndReset(bytes)]);
    }

    /// <summary>Says why <paramref name="text"/> is not a digest; null when it is one.</summary>
    public static string? Explain(ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        if (colon < 0)
            return "a digest is written algorithm:hex, and there is no colon";
        var algorithm = DigestAlgorithm.Find(text[..colon]);
        if (algorithm is null)
            return "the digest algorithm is not sha256, sha384 or sha512";
        var hex = text[(colon + 1)..];
        if (hex.Length != algorithm.HexLength)
            return $"a {algorithm.Name} digest has {algorithm.HexLength} hexadecimal digits, not {hex.Length}";
        return hex.ContainsAnyExcept(LowerHex) ? "a digest is written in lower-case hexadecimal digits" : null;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out Digest digest)
    {
        digest = Explain(text) is null ? new Digest(text.ToString()) : default;
        return !digest.IsEmpty;
    }

    /// <exception cref="FormatException">The text is not a digest; the message says why.</exception>
    public static Digest Parse(ReadOnlySpan<char> text) =>
        Explain(text) is { } problem
            ? throw new FormatException($"invalid digest \"{Printable.Of(text)}\": {problem}")
            : new Digest(text.ToString());

    public static Digest Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan());

    public static Digest Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Digest result) => TryParse(s.AsSpan(), out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Digest result) => TryParse(s, out result);

    /// <summary>Whether the bytes are the content that this digest names.</summary>
    public bool Matches(ReadOnlySpan<byte> content) => !IsEmpty && Of(Algorithm, content) == this;

    public bool Equals(Digest other) => string.Equals(_text, other._text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is Digest other && Equals(other);

    public override int GetHashCode() => _text is null ? 0 : string.GetHashCode(_text, StringComparison.Ordinal);

    public override string ToString() => _text ?? "";

    /// <summary>The ASCII bytes of the text form.</summary>
    public byte[] ToUtf8() => Encoding.ASCII.GetBytes(ToString());

    public static bool operator ==(Digest left, Digest right) => left.Equals(right);

    public static bool operator !=(Digest left, Digest right) => !left.Equals(right);
}
