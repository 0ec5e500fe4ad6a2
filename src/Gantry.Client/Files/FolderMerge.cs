namespace Gantry.Client.Files;

/// <summary>Moves an unpacked folder to its place. Where nothing is there this is one rename; else file by file into what is there.</summary>
/// <remarks>
/// <see cref="Check"/> looks at the whole tree before the first move, so what can be known to be in the way changes nothing. What is not atomic is the merge
/// itself: a disk that fails, a folder that may not be written or another program at work there can leave some new files beside old ones.
/// Each file is replaced whole; links that are in the way of files are replaced, never followed. What only the old folder had stays, with its mode and time.
/// </remarks>
public static class FolderMerge
{
    /// <summary>Refuses what <see cref="Move"/> could not do, or would have to delete more than a file for.</summary>
    /// <exception cref="IOException">A file or link is where a folder is to be, a folder where a file is to be, or a file is to be kept.</exception>
    public static void Check(string staged, string target, bool keepOldFiles)
    {
        if (!Exists(target))
            return;
        if (!IsFolder(staged))
        {
            if (IsFolder(target))
                throw new IOException($"{target} is a folder, and a file is to be unpacked there");
            if (keepOldFiles)
                throw new IOException($"{target} exists, and old files are kept");
            return;
        }
        CheckFolder(target);
        foreach (var child in Directory.EnumerateFileSystemEntries(staged))
            Check(child, Path.Combine(target, Path.GetFileName(child)), keepOldFiles);
    }

    /// <summary>Refuses a place that something else than a folder has. A link to a folder is what its owner made of it: it is neither followed nor replaced.</summary>
    public static void CheckFolder(string target)
    {
        if (Exists(target) && !IsFolder(target))
            throw new IOException($"{target} is {(new FileInfo(target).LinkTarget is null ? "a file" : "a link")}, and a folder is to be unpacked there");
    }

    /// <summary>Moves what was checked.</summary>
    public static void Move(string staged, string target)
    {
        if (!IsFolder(staged))
        {
            File.Move(staged, target, overwrite: true);
            return;
        }
        if (!Exists(target))
        {
            Directory.Move(staged, target);
            return;
        }
        foreach (var child in Directory.EnumerateFileSystemEntries(staged).ToList())
            Move(child, Path.Combine(target, Path.GetFileName(child)));
    }

    private static bool IsFolder(string path) => new DirectoryInfo(path) is { Exists: true, LinkTarget: null };

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path) || new FileInfo(path).LinkTarget is not null;
}
