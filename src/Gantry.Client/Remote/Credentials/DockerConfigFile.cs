namespace Gantry.Client.Remote.Credentials;

/// <summary>A config file on disk: read anew each time, changed under a lock, replaced whole.</summary>
internal sealed class DockerConfigFile(string path)
{
    /// <summary>Real files are a few KiB.</summary>
    private const int MaxBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public DockerConfigContent Read()
    {
        try
        {
            using var file = File.OpenRead(Path);
            if (file.Length > MaxBytes)
                throw new FormatException($"{Path}: larger than {MaxBytes} bytes");
            var bytes = new byte[file.Length];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return DockerConfigContent.Parse(Path, bytes.AsMemory(0, length));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return DockerConfigContent.Parse(Path, default);
        }
    }

    /// <summary>Changes the file.</summary>
    /// <remarks>
    /// (1) Take the lock; (2) read what is there now, not what was there before; (3) write beside it, 0600; (4) flush; (5) rename over it.
    /// Two sign-ins at once both survive, and a crash leaves the old file or the new one.
    /// </remarks>
    public async ValueTask ChangeAsync(Action<DockerConfigContent> change, CancellationToken ct)
    {
        // A link into somebody's dotfiles stays a link.
        var target = new FileInfo(Path).LinkTarget is null ? Path : File.ResolveLinkTarget(Path, returnFinalTarget: true)!.FullName;
        var folder = System.IO.Path.GetDirectoryName(target)!;
        CreateFolder(folder);
        var locked = await LockAsync(target + ".lock", ct).ConfigureAwait(false);
        await using (locked.ConfigureAwait(false))
        {
            var content = Read();
            change(content);
            var temporary = System.IO.Path.Combine(folder, $".config.{Guid.NewGuid():N}.tmp");
            try
            {
                var file = new FileStream(temporary, Private(FileMode.CreateNew));
                await using (file.ConfigureAwait(false))
                {
                    await file.WriteAsync(content.ToJson(), ct).ConfigureAwait(false);
                    file.Flush(flushToDisk: true);
                }
                File.Move(temporary, target, overwrite: true);
            }
            finally
            {
                File.Delete(temporary);
            }
        }
    }

    /// <summary>An empty file that stays: one that is deleted could be locked by two at once.</summary>
    private static async ValueTask<FileStream> LockAsync(string path, CancellationToken ct)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, Private(FileMode.OpenOrCreate));
            }
            catch (IOException) when (File.Exists(path) && TimeProvider.System.GetElapsedTime(begin) < LockPatience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, ct).ConfigureAwait(false);
            }
        }
    }

    private static FileStreamOptions Private(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
