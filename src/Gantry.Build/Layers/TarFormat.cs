namespace Gantry.Build.Layers;

/// <summary>Where things stand in a ustar header (POSIX pax, "ustar Interchange Format").</summary>
internal static class TarFormat
{
    public const int BlockBytes = 512;

    public static readonly Range Name = 0..100;
    public static readonly Range Mode = 100..108;
    public static readonly Range Uid = 108..116;
    public static readonly Range Gid = 116..124;
    public static readonly Range Size = 124..136;
    public static readonly Range Modified = 136..148;
    public static readonly Range Checksum = 148..156;
    public const int TypeFlag = 156;
    public static readonly Range LinkName = 157..257;
    public static readonly Range Magic = 257..265;
    public static readonly Range DeviceMajor = 329..337;
    public static readonly Range DeviceMinor = 337..345;
    public static readonly Range Prefix = 345..500;

    /// <summary>The prefix under which pax records carry extended attributes.</summary>
    public const string AttributePrefix = "SCHILY.xattr.";

    /// <summary>Whether a block is a header: the sum of its bytes, the checksum's own counted as blanks, is what it says.</summary>
    public static bool HasChecksum(ReadOnlySpan<byte> block)
    {
        var sum = 8 * ' ';
        foreach (var b in block)
            sum += b;
        foreach (var b in block[Checksum])
            sum -= b;
        var expected = 0;
        foreach (var b in block[Checksum].Trim(" \0"u8))
        {
            if (b is < (byte)'0' or > (byte)'7')
                return false;
            expected = (expected << 3) | (b - '0');
        }
        // A block of zeros sums up to the blanks alone and says nothing.
        return sum == expected;
    }

    /// <summary>Bytes after content up to the next block.</summary>
    public static int Padding(long size) => (int)((BlockBytes - (size % BlockBytes)) % BlockBytes);
}
