using System.Buffers;
using System.Formats.Asn1;
using System.Globalization;
using System.Text;

namespace Gantry.Server.Access.Ldap;

/// <summary>A search filter (RFC 4515), read once from the settings; names that people type are put into the parsed form.</summary>
/// <remarks>So there is nothing to escape and nothing to inject: a typed <c>*</c> or <c>)(uid=*</c> is a value of an assertion, never a part of the filter.</remarks>
public sealed class LdapFilter
{
    /// <summary>Longer texts are no filters; deeper ones neither.</summary>
    public const int MaxLength = 4096, MaxDepth = 16;

    private readonly Node _root;

    private LdapFilter(Node root) => _root = root;

    // Choices of the filter (RFC 4511, 4.5.1.7), by their tag.
    private enum Kind
    {
        And = 0,
        Or = 1,
        Not = 2,
        Equal = 3,
        Substrings = 4,
        AtLeast = 5,
        AtMost = 6,
        Present = 7,
        Approximately = 8,
    }

    /// <summary>Reads a filter; null where the text is none. Extensible matches (<c>:=</c>) are not taken.</summary>
    public static LdapFilter? TryParse(string text)
    {
        if (text.Length > MaxLength)
            return null;
        var rest = text.AsSpan();
        return Read(ref rest, 0) is { } root && rest.IsEmpty ? new LdapFilter(root) : null;
    }

    /// <summary>Writes the filter in BER, with each <c>{i}</c> standing for a value.</summary>
    public void Write(AsnWriter writer, params ReadOnlySpan<string> values) => Write(writer, _root, values);

    private static Node? Read(ref ReadOnlySpan<char> rest, int depth)
    {
        if (depth == MaxDepth || rest.Length < 2 || rest[0] != '(')
            return null;
        rest = rest[1..];
        Kind? set = rest[0] switch { '&' => Kind.And, '|' => Kind.Or, '!' => Kind.Not, _ => null };
        return set is { } kind ? ReadSet(ref rest, kind, depth) : ReadItem(ref rest);
    }

    private static Node? ReadSet(ref ReadOnlySpan<char> rest, Kind kind, int depth)
    {
        rest = rest[1..];
        var children = new List<Node>();
        while (!rest.IsEmpty && rest[0] == '(')
        {
            if (Read(ref rest, depth + 1) is not { } child)
                return null;
            children.Add(child);
        }
        if (rest.IsEmpty || rest[0] != ')' || children.Count == 0 || (kind == Kind.Not && children.Count != 1))
            return null;
        rest = rest[1..];
        return new Node(kind, "", [], children);
    }

    private static Node? ReadItem(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny('(', ')');
        var equals = rest.IndexOf('=');
        if (end < 0 || rest[end] != ')' || equals <= 0 || equals > end)
            return null;
        var name = rest[..equals];
        var value = rest[(equals + 1)..end];
        rest = rest[(end + 1)..];
        var kind = name[^1] switch { '>' => Kind.AtLeast, '<' => Kind.AtMost, '~' => Kind.Approximately, _ => Kind.Equal };
        if (kind != Kind.Equal)
            name = name[..^1];
        if (!LdapName.IsAttribute(name))
            return null;
        if (kind == Kind.Equal && value is "*")
            return new Node(Kind.Present, name.ToString(), [], []);
        var parts = new List<byte[]>();
        foreach (var range in value.Split('*'))
        {
            if (Unescape(value[range]) is not { } part)
                return null;
            parts.Add(part);
        }
        if (parts.Count == 1)
            return new Node(kind, name.ToString(), parts, []);
        // Between two stars something must stand.
        return kind == Kind.Equal && parts.Skip(1).SkipLast(1).All(part => part.Length > 0) ? new Node(Kind.Substrings, name.ToString(), parts, []) : null;
    }

    /// <summary>The bytes of a value: <c>\XX</c> is a byte, everything else is UTF-8.</summary>
    private static byte[]? Unescape(ReadOnlySpan<char> text)
    {
        var bytes = new List<byte>(text.Length);
        Span<byte> utf8 = stackalloc byte[4];
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                if (i + 2 >= text.Length || !byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                    return null;
                bytes.Add(value);
                i += 2;
            }
            else if (text[i] == '\0' || Rune.DecodeFromUtf16(text[i..], out var rune, out var units) != OperationStatus.Done)
            {
                return null;
            }
            else
            {
                bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
                i += units - 1;
            }
        }
        return [.. bytes];
    }

    private static void Write(AsnWriter writer, Node node, ReadOnlySpan<string> values)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, (int)node.Kind, isConstructed: node.Kind != Kind.Present);
        if (node.Kind == Kind.Present)
        {
            writer.WriteOctetString(Encoding.UTF8.GetBytes(node.Attribute), tag);
            return;
        }
        writer.PushSequence(tag);
        if (node.Kind is Kind.And or Kind.Or or Kind.Not)
        {
            foreach (var child in node.Children)
                Write(writer, child, values);
        }
        else
        {
            writer.WriteOctetString(Encoding.UTF8.GetBytes(node.Attribute));
            if (node.Kind == Kind.Substrings)
                WriteParts(writer, node.Values, values);
            else
                writer.WriteOctetString(Fill(node.Values[0], values));
        }
        writer.PopSequence(tag);
    }

    private static void WriteParts(AsnWriter writer, IReadOnlyList<byte[]> parts, ReadOnlySpan<string> values)
    {
        writer.PushSequence();
        for (var i = 0; i < parts.Count; i++)
        {
            // initial [0], any [1], final [2]
            var place = i == 0 ? 0 : i == parts.Count - 1 ? 2 : 1;
            var part = Fill(parts[i], values);
            if (part.Length > 0)
                writer.WriteOctetString(part, new Asn1Tag(TagClass.ContextSpecific, place));
        }
        writer.PopSequence();
    }

    private static byte[] Fill(byte[] template, ReadOnlySpan<string> values)
    {
        var filled = new List<byte>(template.Length);
        for (var i = 0; i < template.Length; i++)
        {
            if (template.AsSpan(i) is [(byte)'{', var digit, (byte)'}', ..] && digit >= '0' && digit - '0' < values.Length)
            {
                filled.AddRange(Encoding.UTF8.GetBytes(values[digit - '0']));
                i += 2;
            }
            else
            {
                filled.Add(template[i]);
            }
        }
        return [.. filled];
    }

    private sealed record Node(Kind Kind, string Attribute, IReadOnlyList<byte[]> Values, IReadOnlyList<Node> Children);
}
