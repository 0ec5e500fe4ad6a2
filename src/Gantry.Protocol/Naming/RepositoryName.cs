using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Gantry.Protocol.Naming;

/// <summary>A repository's name inside its registry: lower-case components between slashes (distribution-spec, "Pulling manifests").</summary>
public readonly struct RepositoryName : IEquatable<RepositoryName>, ISpanParsable<RepositoryName>
{
    /// <summary>The bound that clients put on host and name together.</summary>
    public const int MaxLength = 255;

    private static readonly SearchValues<char> Alphanumeric = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789");

    private readonly string? _text;

    private RepositoryName(string text) => _text = text;

    public bool IsEmpty => _text is null;

    /// <summary>Says why the text is not a repository name; null when it is one.</summary>
    public static string? Explain(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return "a repository name cannot be empty";
        if (text.Length > MaxLength)
            return "a repository name has at most 255 characters";
        foreach (var component in text.Split('/'))
        {
            if (!IsComponent(text[component]))
                return "each part between slashes is lower-case letters and digits, joined by single '.', by '_', '__' or by '-'";
        }
        return null;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out RepositoryName name)
    {
        name = Explain(text) is null ? new RepositoryName(text.ToString()) : default;
        return !name.IsEmpty;
    }

    /// <exception cref="FormatException">The text is not a repository name; the message says why.</exception>
    public static RepositoryName Parse(ReadOnlySpan<char> text) =>
        Explain(text) is { } problem
            ? throw new FormatException($"invalid repository name \"{Printable.Of(text)}\": {problem}")
            : new RepositoryName(text.ToString());

    public static RepositoryName Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan());

    public static RepositoryName Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out RepositoryName result) => TryParse(s.AsSpan(), out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out RepositoryName result) => TryParse(s, out result);

    /// <summary>[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*, read from left to right.</summary>
    private static bool IsComponent(ReadOnlySpan<char> rest)
    {
        while (true)
        {
            var letters = rest.IndexOfAnyExcept(Alphanumeric);
            if (letters < 0)
                return !rest.IsEmpty;
            if (letters == 0)
                return false;
            rest = rest[letters..];
            var separator = rest[0] switch
            {
                '.' => 1,
                '_' => rest is ['_', '_', ..] ? 2 : 1,
                '-' => rest.IndexOfAnyExcept('-') is > 0 and var dashes ? dashes : rest.Length,
                _ => 0,
            };
            if (separator == 0)
                return false;
            rest = rest[separator..];
        }
    }

    public bool Equals(RepositoryName other) => string.Equals(_text, other._text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is RepositoryName other && Equals(other);

    public override int GetHashCode() => _text is null ? 0 : string.GetHashCode(_text, StringComparison.Ordinal);

    public override string ToString() => _text ?? "";

    public static bool operator ==(RepositoryName left, RepositoryName right) => left.Equals(right);

    public static bool operator !=(RepositoryName left, RepositoryName right) => !left.Equals(right);
}
