using System.Buffers.Binary;

namespace Gantry.Server.Access.Ldap;

/// <summary>Where a message ends: one BER element with a definite length (RFC 4511, 5.1).</summary>
public static class LdapFraming
{
    /// <summary>Length of the longest message that is read.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Bytes of the longest beginning that is needed to know.</summary>
    public const int HeadBytes = 6;

    /// <summary>The length of the message that begins here, its head included: 0 where more bytes are needed, less than 0 where it is none or too long.</summary>
    public static int TryReadLength(ReadOnlySpan<byte> bytes)
    {
        const int sequence = 0x30;
        if (bytes.IsEmpty)
            return 0;
        if (bytes[0] != sequence)
            return -1;
        if (bytes.Length < 2)
            return 0;
        if (bytes[1] < 0x80)
            return 2 + bytes[1];
        var count = bytes[1] & 0x7f;
        if (count is 0 or > 4)
            return -1;
        if (bytes.Length < 2 + count)
            return 0;
        Span<byte> number = stackalloc byte[4];
        number.Clear();
        bytes.Slice(2, count).CopyTo(number[(4 - count)..]);
        var length = BinaryPrimitives.ReadUInt32BigEndian(number);
        return length > MaxBytes ? -1 : 2 + count + (int)length;
    }
}
