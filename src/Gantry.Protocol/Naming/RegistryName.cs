using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Gantry.Protocol.Naming;

/// <summary>A registry's address as references write it: <c>host</c> or <c>host:port</c>. No scheme, no path, no credentials.</summary>
public readonly struct RegistryName : IEquatable<RegistryName>, ISpanParsable<RegistryName>
{
    private static readonly SearchValues<char> HostCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_");

    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF:.");

    private readonly string? _text;

    private RegistryName(string text) => _text = text;

    public bool IsEmpty => _text is null;

    /// <summary>The part before the port; an IPv6 address keeps its brackets.</summary>
    public ReadOnlySpan<char> Host => _text.AsSpan(0, HostLength(_text));

    /// <summary>Whether the host is literally <c>localhost</c>, which every command reaches over plain HTTP unless told otherwise.</summary>
    public bool IsLocalhost => Host is "localhost";

    /// <summary>Says why the text is not a registry's address; null when it is one.</summary>
    public static string? Explain(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return "a registry cannot be empty";
        if (text.Length > 255)
            return "a registry has at most 255 characters";
        var host = text[..HostLength(text)];
        var port = text[host.Length..];
        var valid = host is ['[', .. var address, ']']
            ? !address.IsEmpty && !address.ContainsAnyExcept(AddressCharacters)
            : host.Length > 0 && host[0] is not ('.' or '-') && !host.ContainsAnyExcept(HostCharacters);
        if (!valid)
            return "a registry is host or host:port";
        return port.IsEmpty || (port is [':', _, ..] && ushort.TryParse(port[1..], System.Globalization.NumberStyles.None, null, out _))
            ? null
            : "the port is a number from 0 to 65535";
    }

    public static bool TryParse(ReadOnlySpan<char> text, out RegistryName name)
    {
        name = Explain(text) is null ? new RegistryName(text.ToString()) : default;
        return !name.IsEmpty;
    }

    /// <exception cref="FormatException">The text is not a registry's address; the message says why.</exception>
    public static RegistryName Parse(ReadOnlySpan<char> text) =>
        Explain(text) is { } problem
            ? throw new FormatException($"invalid registry \"{Printable.Of(text)}\": {problem}")
            : new RegistryName(text.ToString());

    public static RegistryName Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan());

    public static RegistryName Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s);

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out RegistryName result)
    {
        // Every request of a server names its host: the text that came is kept, not copied.
        result = s is not null && Explain(s) is null ? new RegistryName(s) : default;
        return !result.IsEmpty;
    }

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out RegistryName result) => TryParse(s, out result);

    private static int HostLength(ReadOnlySpan<char> text) =>
        text is ['[', ..] && text.IndexOf(']') is > 0 and var bracket ? bracket + 1
        : text.IndexOf(':') is >= 0 and var colon ? colon
        : text.Length;

    public bool Equals(RegistryName other) => string.Equals(_text, other._text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is RegistryName other && Equals(other);

    public override int GetHashCode() => _text is null ? 0 : string.GetHashCode(_text, StringComparison.Ordinal);

    public override string ToString() => _text ?? "";

    public static bool operator ==(RegistryName left, RegistryName right) => left.Equals(right);

    public static bool operator !=(RegistryName left, RegistryName right) => !left.Equals(right);
}
