namespace Gantry.Server.Storage.FileSystem;

/// <summary>Holds a data folder for one process: two that write the same database and uploads would destroy both.</summary>
/// <remarks>The operating system lets go of the lock when the process ends, however it ends. The file itself stays; it is empty and means nothing.</remarks>
public sealed class DataFolderLock : IDisposable
{
    /// <summary>The lock's file inside the data folder.</summary>
    public const string FileName = "lock";

    private readonly FileStream _file;

    private DataFolderLock(string folder, FileStream file) => (Folder, _file) = (folder, file);

    /// <summary>As it was given.</summary>
    public string Folder { get; }

    /// <summary>Takes the folder, making it durably where there is none.</summary>
    /// <exception cref="IOException">Another process holds it; the message names the folder.</exception>
    public static DataFolderLock Take(string folder) => Take(folder, LocalFiles.Instance);

    internal static DataFolderLock Take(string folder, IFileCalls files)
    {
        // Whatever is made durable in the folder later is lost with it, if its own name is.
        PrivateFiles.CreateFolderDurably(folder, files);
        FileStream? file = null;
        try
        {
            file = PrivateFiles.Open(Path.Join(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            // FileShare.None is flock on Unix, which network file systems may ignore; a lock on the first byte is one that they know.
            if (OperatingSystem.IsLinux())
                file.Lock(0, 1);
            return new DataFolderLock(folder, file);
        }
        catch (IOException e)
        {
            file?.Dispose();
            throw new IOException($"the data folder \"{folder}\" is in use by another process, or its lock cannot be taken: {e.Message}", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
