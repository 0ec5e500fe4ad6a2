namespace Gantry.Client.Files;

/// <summary>One header of a tar, after its extensions were applied.</summary>
internal sealed record TarEntry
{
    public const char File = '0';
    public const char HardLink = '1';
    public const char SymbolicLink = '2';
    public const char CharacterDevice = '3';
    public const char BlockDevice = '4';
    public const char Folder = '5';
    public const char Pipe = '6';

    public required char Type { get; init; }

    /// <summary>As written, with forward slashes.</summary>
    public required string Name { get; init; }

    public string LinkName { get; init; } = "";

    /// <summary>Permission bits with set-user, set-group and sticky, octal 7777.</summary>
    public int Mode { get; init; }

    public long Size { get; init; }

    public DateTimeOffset Modified { get; init; }
}
