using System.Diagnostics.CodeAnalysis;

namespace Gantry.Server.Http.Forwarding;

/// <summary>What one proxy wrote into <c>Forwarded</c> of the request that came to it (RFC 7239 section 4).</summary>
internal sealed record ForwardedElement
{
    // More hops than any path has; who sends more wants us to work.
    private const int MaxElements = 32;

    /// <summary>Null where it was not said.</summary>
    public ForwardedNode? For { get; private init; }

    public string? Proto { get; private init; }

    public string? Host { get; private init; }

    /// <summary>Reads a whole header, the elements in its order. One mark out of place spoils it all: where a quote is left open, nobody knows who wrote what follows.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out IReadOnlyList<ForwardedElement>? elements)
    {
        var found = new List<ForwardedElement>();
        elements = null;
        while (true)
        {
            if (!TryReadElement(ref text, out var element) || found.Count == MaxElements)
                return false;
            found.Add(element);
            if (text.IsEmpty)
                break;
            // The comma that ended the element.
            text = text[1..];
        }
        elements = found;
        return true;
    }

    private static bool TryReadElement(ref ReadOnlySpan<char> text, out ForwardedElement element)
    {
        element = new ForwardedElement();
        while (true)
        {
            text = text.TrimStart(" \t");
            if (!TryReadPair(ref text, out var name, out var value))
                return false;
            if (With(element, name, value) is not { } next)
                return false;
            element = next;
            text = text.TrimStart(" \t");
            if (text.IsEmpty || text[0] == ',')
                return true;
            if (text[0] != ';')
                return false;
            text = text[1..];
        }
    }

    private static ForwardedElement? With(ForwardedElement element, string name, string value) => name.ToLowerInvariant() switch
    {
        // Each at most once in an element (section 4).
        "for" => element.For is null && ForwardedNode.TryParse(value, out var node) ? element with { For = node } : null,
        "proto" => element.Proto is null && value.Length > 0 ? element with { Proto = value } : null,
        "host" => element.Host is null && value.Length > 0 ? element with { Host = value } : null,
        _ => element,
    };

    private static bool TryReadPair(ref ReadOnlySpan<char> text, out string name, out string value)
    {
        value = "";
        name = ReadToken(ref text);
        if (name.Length == 0 || text.IsEmpty || text[0] != '=')
            return false;
        text = text[1..];
        if (!text.IsEmpty && text[0] == '"')
            return TryReadQuoted(ref text, out value);
        value = ReadToken(ref text);
        return value.Length > 0;
    }

    private static string ReadToken(ref ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && IsTokenCharacter(text[length]))
            length++;
        var token = text[..length].ToString();
        text = text[length..];
        return token;
    }

    private static bool TryReadQuoted(ref ReadOnlySpan<char> text, out string value)
    {
        var read = new System.Text.StringBuilder();
        value = "";
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                value = read.ToString();
                text = text[(i + 1)..];
                return true;
            }
            if (text[i] == '\\' && ++i == text.Length)
                return false;
            if (char.IsControl(text[i]))
                return false;
            read.Append(text[i]);
        }
        return false;
    }

    private static bool IsTokenCharacter(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal);
}
