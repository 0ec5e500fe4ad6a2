using Gantry.Build.Layers;

namespace Gantry.Build.Context;

/// <summary>A folder of this machine as a context.</summary>
public static class FolderContext
{
    /// <summary>Looks through a folder. Files are opened when they are copied, not here.</summary>
    /// <param name="folder">The context's root.</param>
    /// <param name="ignore">What to leave out.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static BuildContext Read(string folder, IgnoreRules ignore, CancellationToken ct)
    {
        var root = new DirectoryInfo(folder);
        if (!root.Exists)
            throw new DirectoryNotFoundException($"the context \"{Protocol.Printable.Of(folder)}\" is not a folder");
        var tree = new FileTree();
        Read(root, "");
        return new BuildContext(tree);

        void Read(DirectoryInfo at, string path)
        {
            ct.ThrowIfCancellationRequested();
            foreach (var info in at.EnumerateFileSystemInfos())
            {
                var here = FileTree.Join(path, info.Name);
                var ignored = ignore.Ignores(here);
                if (!ignored && Entry(info, here) is { } entry)
                    tree.Put(entry);
                if (info is DirectoryInfo { LinkTarget: null } inner && (!ignored || ignore.HasExceptions))
                    Read(inner, here);
            }
        }
    }

    /// <summary>Null for pipes, sockets and devices, which no layer takes from a context.</summary>
    internal static LayerEntry? Entry(FileSystemInfo info, string path)
    {
        if (info.LinkTarget is { } target)
            return new LayerEntry { Path = path, Type = EntryType.SymbolicLink, Mode = Permissions.All, LinkTarget = OperatingSystem.IsWindows() ? target.Replace('\\', '/') : target, Modified = BuildContext.FixedTime };
        if (info is DirectoryInfo)
            return new LayerEntry { Path = path, Type = EntryType.Folder, Mode = Mode(info), Modified = BuildContext.FixedTime };
        // Only what seems empty can be a pipe or a device, and whoever opens a pipe waits for its other end, for ever.
        if (info is not FileInfo file || (file.Length == 0 && SpecialFile.Is(file)))
            return null;
        return new LayerEntry
        {
            Path = path,
            Type = EntryType.File,
            Mode = Mode(info),
            Size = file.Length,
            Modified = BuildContext.FixedTime,
            Content = new DiskContent(file.FullName),
        };
    }

    /// <summary>Windows keeps no permission bits; docker there gives everything 0755.</summary>
    private static int Mode(FileSystemInfo info) => OperatingSystem.IsWindows() ? Permissions.Folder : (int)info.UnixFileMode & Permissions.Bits;
}
