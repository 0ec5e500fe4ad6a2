namespace Gantry.Server.Hosting;

/// <summary>Keeps the workers' Unix socket to the server's own user.</summary>
internal static class WorkerSocket
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Folder = OwnerOnly | UnixFileMode.UserExecute;

    /// <summary>Makes its folder, and removes what an earlier server left of it.</summary>
    /// <exception cref="ServerOptionsException">Others may enter the folder, and so reach the socket before its own mode is set.</exception>
    public static void Prepare(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else if (!Directory.Exists(folder))
            Directory.CreateDirectory(folder, Folder);
        else if ((File.GetUnixFileMode(folder) & ~Folder) != UnixFileMode.None)
            throw new ServerOptionsException($"the workers' socket {path}: others may enter {folder}; its mode must be 0700");
        File.Delete(path);
    }

    /// <summary>Closes the socket itself to others, once it is bound.</summary>
    public static void Close(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, OwnerOnly);
    }
}
