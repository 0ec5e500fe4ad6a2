namespace Gantry.Build.Layers;

/// <summary>What an archive may hold. A bomb stops here.</summary>
public sealed record TarLimits
{
    public static readonly TarLimits Default = new();

    public long Entries { get; init; } = 5_000_000;

    /// <summary>Bytes of all files together, unpacked.</summary>
    public long Bytes { get; init; } = 1L << 38;

    /// <summary>How many times its packed size a compressed archive may unpack to, once it is beyond <see cref="FreeBytes"/>. Deflate reaches a thousand; files that people keep stay far below.</summary>
    public int Ratio { get; init; } = 200;

    /// <summary>Bytes that any archive may unpack to, however well it was compressed: an empty disk image is no bomb.</summary>
    public long FreeBytes { get; init; } = 1L << 30;

    /// <summary>Characters of one path; Linux takes no longer ones.</summary>
    public int PathLength { get; init; } = FileTree.MaxPath;

    /// <summary>Bytes of one pax or long-name header.</summary>
    public int HeaderBytes { get; init; } = 1024 * 1024;

    /// <summary>Bytes of all pax and long-name headers together, which are kept in memory: attributes of a million files, or two hundred of the largest headers.</summary>
    public long AllHeaderBytes { get; init; } = 1L << 28;
}
