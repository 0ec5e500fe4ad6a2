namespace Gantry.Build.Layers;

/// <summary>What an entry of a layer is (image-spec layer.md, "File Types").</summary>
public enum EntryType
{
    File,
    Folder,
    SymbolicLink,
    HardLink,
    CharacterDevice,
    BlockDevice,
    Fifo,
}
