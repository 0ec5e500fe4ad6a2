namespace Gantry.Server.Storage.FileSystem;

/// <summary>Files and folders that only the server's own account may read: mode 0600 and 0700 on Unix, inherited rights on Windows.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode700 = FileMode600 | UnixFileMode.UserExecute;

    /// <summary>Makes a folder and those above it that are missing, each level's name durable before the next is put in it.</summary>
    /// <param name="folder">Left as it is where it is there: whoever made it has seen to its name, and its parent may be one that the server cannot read.</param>
    /// <param name="files">Through which it is done.</param>
    public static void CreateFolderDurably(string folder, IFileCalls files)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (files.FolderExists(full) || Path.GetDirectoryName(full) is not { } parent)
            return;
        CreateFolderDurably(parent, files);
        files.CreateFolder(full);
        files.FlushFolder(parent);
    }

    /// <summary>Makes a folder and those above it; silent where it is there.</summary>
    public static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, FolderMode700);
    }

    /// <summary>Opens a file without a buffer of its own.</summary>
    /// <exception cref="IOException">It cannot be opened, also where the rights to it are missing.</exception>
    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share, long preallocate = 0)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = 0, PreallocationSize = preallocate };
        if (!OperatingSystem.IsWindows() && mode is not FileMode.Open)
            options.UnixCreateMode = FileMode600;
        try
        {
            return new FileStream(path, options);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Renames a file, over another where there is one.</summary>
    /// <exception cref="IOException">It cannot be renamed, also where the rights are missing.</exception>
    public static void Replace(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
