namespace Gantry.Client.Files;

/// <summary>Where files go, and what they may do there.</summary>
public sealed record FileStoreOptions
{
    /// <summary>Folder for pulled files, and base of relative paths that are added.</summary>
    public required string Root { get; init; }

    /// <summary>Refuse to replace a file that exists.</summary>
    public bool KeepOldFiles { get; init; }

    /// <summary>Let titles lead outside <see cref="Root"/>. What a tar holds never may.</summary>
    public bool AllowPathTraversal { get; init; }

    /// <summary>Bytes that content without a title may take in memory, each.</summary>
    public long UnnamedLimit { get; init; } = 4 * 1024 * 1024;

    /// <summary>Bytes that any packed folder may unpack to. A bomb stops here, or at <see cref="UnpackRatio"/>.</summary>
    public long UnpackLimit { get; init; } = 1L << 30;

    /// <summary>A large folder may unpack to this many times its packed size, where that is more than <see cref="UnpackLimit"/>.</summary>
    public int UnpackRatio { get; init; } = 200;

    /// <summary>Entries that any packed folder may have. A large one may have one for every 16 packed bytes, where that is more.</summary>
    public long UnpackEntries { get; init; } = 100_000;

    internal long UnpackLimitOf(long packed) => Math.Max(UnpackLimit, (long)Int128.Min((Int128)packed * UnpackRatio, long.MaxValue));

    internal long UnpackEntriesOf(long packed) => Math.Max(UnpackEntries, packed / 16);
}
