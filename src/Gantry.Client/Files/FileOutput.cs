namespace Gantry.Client.Files;

/// <summary>Writes one content to a path that the user named.</summary>
public static class FileOutput
{
    private const int CopyBlock = 1024 * 1024;

    /// <summary>Copies a verifying stream to a path. A file appears whole or not at all: bytes that turn out wrong leave nothing behind.</summary>
    /// <remarks>
    /// A link stays a link: the file that it leads to is replaced. A device or pipe is written straight through, so what reads from it may have
    /// read bytes that turn out wrong; opening a pipe waits for its reader.
    /// </remarks>
    public static async ValueTask WriteAsync(string path, Stream content, CancellationToken ct = default)
    {
        path = Path.GetFullPath(path);
        var target = new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        if (IsStream(path, target))
            await ThroughAsync(path, content, ct).ConfigureAwait(false);
        else
            await ReplaceAsync(target, content, ct).ConfigureAwait(false);
    }

    /// <summary>Whether the path leads to something that is written through: neither a file nor nothing. What /dev/stdout leads to may have no path at all.</summary>
    internal static bool IsStream(string path, string target) =>
        File.Exists(target)
            ? new FileInfo(target) is { Length: 0 } file && SpecialFile.TypeOf(file) is not null
            : target != path && target.StartsWith("/proc/", StringComparison.Ordinal);

    private static async ValueTask ThroughAsync(string path, Stream content, CancellationToken ct)
    {
        var opening = Task.Run(() => new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0), CancellationToken.None);
        var stream = await opening.WaitAsync(ct).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        await content.CopyToAsync(stream, CopyBlock, ct).ConfigureAwait(false);
    }

    private static async ValueTask ReplaceAsync(string path, Stream content, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.{Guid.CreateVersion7():n}.part";
        try
        {
            var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false))
                await content.CopyToAsync(file, CopyBlock, ct).ConfigureAwait(false);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
