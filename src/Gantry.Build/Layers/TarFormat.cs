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

    /// <summary>Bytes after content up to the next block.</summary>
    public static int Padding(long size) => (int)((BlockBytes - (size % BlockBytes)) % BlockBytes);
}
