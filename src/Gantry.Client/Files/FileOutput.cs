namespace Gantry.Client.Files;

/// <summary>Writes one content to a path that the user named.</summary>
public static class FileOutput
{
    private const int CopyBlock = 1024 * 1024;

    /// <summary>Copies a verifying stream to a path, whose folder is made where it is missing.</summary>
    public static ValueTask WriteAsync(string path, Stream content, CancellationToken ct = default)
    {
        if (FindFile(path) is { } file)
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return WriteAsync(path, async (output, token) => await content.CopyToAsync(output, CopyBlock, token).ConfigureAwait(false), ct);
    }

    /// <summary>Has a path's content written. A file appears whole or not at all: what fails on the way leaves the old one, or none.</summary>
    /// <remarks>
    /// A link stays a link: the file that it leads to is replaced, and keeps its mode. A file that may not be written is not replaced either.
    /// A device or pipe is written straight through, so what reads from it may have read bytes that turn out wrong; opening a pipe waits for its reader.
    /// </remarks>
    /// <param name="path">The file, link, device or pipe; its folder must be there.</param>
    /// <param name="write">Writes once from front to back; the stream may not know its position.</param>
    /// <param name="ct">Stops it.</param>
    public static ValueTask WriteAsync(string path, Func<Stream, CancellationToken, ValueTask> write, CancellationToken ct) =>
        FindFile(path) is { } file ? ReplaceAsync(file, write, ct) : ThroughAsync(path, write, ct);

    /// <summary>The file that is replaced or made, at the end of all links; null where the path leads to a device or pipe, which is written through.</summary>
    public static string? FindFile(string path)
    {
        path = Path.GetFullPath(path);
        var target = new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        return IsStream(path, target) ? null : target;
    }

    /// <summary>Whether the path leads to something that is written through: neither a file nor nothing. What /dev/stdout leads to may have no path at all.</summary>
    internal static bool IsStream(string path, string target) =>
        File.Exists(target)
            ? new FileInfo(target) is { Length: 0 } file && SpecialFile.TypeOf(file) is not null
            : target != path && target.StartsWith("/proc/", StringComparison.Ordinal);

    private static async ValueTask ThroughAsync(string path, Func<Stream, CancellationToken, ValueTask> write, CancellationToken ct)
    {
        var opening = Task.Run(() => new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0), CancellationToken.None);
        var stream = await opening.WaitAsync(ct).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        await write(stream, ct).ConfigureAwait(false);
    }

    private static async ValueTask ReplaceAsync(string path, Func<Stream, CancellationToken, ValueTask> write, CancellationToken ct)
    {
        var mode = File.Exists(path) ? ModeOf(path) : null;
        var temporary = $"{path}.{Guid.CreateVersion7():n}.part";
        try
        {
            var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false))
                await write(file, ct).ConfigureAwait(false);
            if (mode is { } kept && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(temporary, kept);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>The mode of a file that may be written. A rename alone would not ask for that right.</summary>
    private static UnixFileMode? ModeOf(string path)
    {
        using var existing = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(existing.SafeFileHandle);
    }
}
