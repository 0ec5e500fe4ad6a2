namespace Gantry.Build.Layers;

/// <summary>One path of a file tree, as a layer stores it.</summary>
public sealed record LayerEntry
{
    private static readonly IReadOnlyDictionary<string, byte[]> NoAttributes = new Dictionary<string, byte[]>();

    /// <summary>Relative to the root, between single slashes; the root itself is the empty string.</summary>
    public required string Path { get; init; }

    public required EntryType Type { get; init; }

    /// <summary>Permission bits with setuid, setgid and sticky: 07777 at most.</summary>
    public required int Mode { get; init; }

    public long Uid { get; init; }

    public long Gid { get; init; }

    /// <summary>Bytes of a file; zero for everything else.</summary>
    public long Size { get; init; }

    /// <summary>Seconds since 1970; layers keep no fractions.</summary>
    public long Modified { get; init; }

    /// <summary>A symbolic link's text, or the path of the entry that a hard link shares its content with.</summary>
    public string LinkTarget { get; init; } = "";

    public int DeviceMajor { get; init; }

    public int DeviceMinor { get; init; }

    /// <summary>Extended attributes; values are bytes, not text.</summary>
    public IReadOnlyDictionary<string, byte[]> Attributes { get; init; } = NoAttributes;

    /// <summary>Where a file's bytes come from; null for everything else.</summary>
    public IFileContent? Content { get; init; }

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The folder it is in: the empty string for the root.</summary>
    public string Parent => FileTree.ParentOf(Path);
}
