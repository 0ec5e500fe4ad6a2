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

    /// <summary>Bytes that one packed folder may unpack to. A bomb stops here.</summary>
    public long UnpackLimit { get; init; } = 1L << 40;
}
