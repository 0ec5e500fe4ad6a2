namespace Gantry.Server.Archive;

/// <summary>Files without a future: for what is made in one go and read in another. Nobody else may read one, and it is gone with its stream.</summary>
internal static class SpoolFile
{
    public static FileStream Create()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 128 * 1024,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(Path.Join(Path.GetTempPath(), $"gantry-{Guid.NewGuid():N}"), options);
    }
}
