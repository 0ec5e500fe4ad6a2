using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>The first message of a validator that looks at a certificate (RFC 8737): ALPN names <c>acme-tls/1</c> alone. A connection's feature.</summary>
/// <param name="Host">Whose certificate it wants to see.</param>
internal sealed record AcmeHello(string Host)
{
    private const ushort ServerNames = 0;
    private const ushort Protocols = 16;

    public static ReadOnlySpan<byte> Protocol => "acme-tls/1"u8;

    /// <summary>Reads a TLS record with a ClientHello (RFC 8446 section 4.1.2). Anybody else's is not read to its end.</summary>
    public static bool TryParse(ReadOnlySpan<byte> record, [NotNullWhen(true)] out AcmeHello? hello)
    {
        hello = null;
        // Type 22, version, length; then the message: type 1, length.
        if (record.Length < 9 || record[0] != 22 || record[5] != 1)
            return false;
        var message = record[9..];
        if (!TrySkip(ref message, 34) || !TryTake(ref message, 1, out _) || !TryTake(ref message, 2, out _) || !TryTake(ref message, 1, out _) || !TryTake(ref message, 2, out var extensions))
            return false;
        string? host = null;
        var validates = false;
        while (extensions.Length >= 4)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(extensions);
            extensions = extensions[2..];
            if (!TryTake(ref extensions, 2, out var content))
                return false;
            if (type == ServerNames && !TryReadHost(content, out host))
                return false;
            if (type == Protocols)
                validates = TryTake(ref content, 2, out var list) && TryTake(ref list, 1, out var only) && list.IsEmpty && only.SequenceEqual(Protocol);
        }
        if (!validates || host is null)
            return false;
        hello = new AcmeHello(host);
        return true;
    }

    private static bool TryReadHost(ReadOnlySpan<byte> content, out string? host)
    {
        host = null;
        if (!TryTake(ref content, 2, out var list) || list.IsEmpty || list[0] != 0)
            return false;
        list = list[1..];
        if (!TryTake(ref list, 2, out var name) || !Ascii.IsValid(name))
            return false;
        host = Encoding.ASCII.GetString(name);
        return true;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> bytes, int count)
    {
        if (bytes.Length < count)
            return false;
        bytes = bytes[count..];
        return true;
    }

    /// <summary>Takes what a length of one or two bytes announces.</summary>
    private static bool TryTake(ref ReadOnlySpan<byte> bytes, int lengthBytes, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (bytes.Length < lengthBytes)
            return false;
        var length = lengthBytes == 1 ? bytes[0] : BinaryPrimitives.ReadUInt16BigEndian(bytes);
        if (bytes.Length < lengthBytes + length)
            return false;
        taken = bytes.Slice(lengthBytes, length);
        bytes = bytes[(lengthBytes + length)..];
        return true;
    }
}
