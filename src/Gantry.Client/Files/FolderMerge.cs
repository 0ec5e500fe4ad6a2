namespace Gantry.Client.Files;

/// <summary>Moves an unpacked folder to its place. Where nothing is there this is one rename; else file by file into what is there.</summary>
/// <remarks>Links that are in the way are replaced, never followed. Every file is replaced whole; what only the old folder had stays.</remarks>
internal static class FolderMerge
{
    /// <summary>Whether anything that is not a folder would be replaced.</summary>
    public static string? FindConflict(string staged, string target)
    {
        if (!Exists(target))
            return null;
        if (!IsFolder(target) || !IsFolder(staged))
            return target;
        foreach (var child in Directory.EnumerateFileSystemEntries(staged))
        {
            if (FindConflict(child, Path.Combine(target, Path.GetFileName(child))) is { } conflict)
                return conflict;
        }
        return null;
    }

    public static void Move(string staged, string target)
    {
        if (!IsFolder(staged))
        {
            if (IsFolder(target))
                throw new IOException($"{target} is a folder, and the archive has a file of that name");
            File.Move(staged, target, overwrite: true);
            return;
        }
        if (!IsFolder(target))
        {
            if (Exists(target))
                File.Delete(target);
            Directory.Move(staged, target);
            return;
        }
        foreach (var child in Directory.EnumerateFileSystemEntries(staged).ToList())
            Move(child, Path.Combine(target, Path.GetFileName(child)));
    }

    private static bool IsFolder(string path) => new DirectoryInfo(path) is { Exists: true, LinkTarget: null };

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path) || new FileInfo(path).LinkTarget is not null;
}
