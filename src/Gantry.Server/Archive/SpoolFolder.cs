namespace Gantry.Server.Archive;

/// <summary>Files without a future: for what is made in one go and read in another. They hold signing keys, so on Unix a file has no name while it holds anything.</summary>
/// <remarks>Below the data folder, not the system's temporary one: that may be memory, and a dump is as large as the database.</remarks>
public sealed class SpoolFolder(string dataFolder)
{
    private const string Name = "spool";

    private readonly string _folder = Path.Join(dataFolder, Name);

    /// <summary>An empty file that is gone with its stream, however the process ends.</summary>
    public FileStream Create()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None,
            BufferSize = 128 * 1024,
        };
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(_folder);
        else
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        var file = new FileStream(Path.Join(_folder, Guid.NewGuid().ToString("N")), options);
        // The kernel lets go of the bytes with the last descriptor: also when this process is killed.
        if (!OperatingSystem.IsWindows())
            File.Delete(file.Name);
        return file;
    }
}
