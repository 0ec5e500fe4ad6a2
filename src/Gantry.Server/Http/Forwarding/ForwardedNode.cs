using System.Globalization;
using System.Net;

namespace Gantry.Server.Http.Forwarding;

/// <summary>Who a proxy says that it was asked by: an address, perhaps with a port, or a word that hides it (RFC 7239 section 6).</summary>
/// <param name="Address">Null where it is hidden.</param>
internal readonly record struct ForwardedNode(IPAddress? Address)
{
    /// <summary>Reads <c>192.0.2.1</c>, <c>192.0.2.1:80</c>, <c>2001:db8::1</c>, <c>[2001:db8::1]:80</c>, <c>unknown</c> or <c>_hidden</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ForwardedNode node)
    {
        node = default;
        if (text.Equals("unknown", StringComparison.OrdinalIgnoreCase) || IsHidden(text))
            return true;
        if (text.IsEmpty)
            return false;
        var host = text;
        if (text[0] == '[')
        {
            var bracket = text.IndexOf(']');
            if (bracket < 0 || !IsPort(text[(bracket + 1)..]))
                return false;
            host = text[1..bracket];
            if (!host.Contains(':'))
                return false;
        }
        else if (text.Count(':') == 1)
        {
            host = text[..text.IndexOf(':')];
            if (!IsPort(text[host.Length..]))
                return false;
        }
        if (!TryReadAddress(host, out var address))
            return false;
        node = new ForwardedNode(address);
        return true;
    }

    /// <summary>Only the plain spellings: of <c>010.0.0.1</c> and <c>1</c> nobody knows which address the next one would take them for.</summary>
    internal static bool TryReadAddress(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        if (text.Contains('%') || !IPAddress.TryParse(text, out var parsed))
            return false;
        if (!text.Contains(':') && !text.SequenceEqual(parsed.ToString()))
            return false;
        address = parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed;
        return true;
    }

    private static bool IsPort(ReadOnlySpan<char> text) =>
        text.IsEmpty || (text[0] == ':' && text.Length > 1 && (ushort.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out _) || IsHidden(text[1..])));

    private static bool IsHidden(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[0] != '_')
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
                return false;
        }
        return true;
    }
}
