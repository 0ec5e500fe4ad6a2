using System.Globalization;
using System.IO.Compression;
using Gantry.Build.Context;

namespace Gantry.Cli.Commands.Acr.Runs;

/// <summary>Brings a context of this machine to the registry.</summary>
internal sealed class SourceUploading(RunSession session)
{
    private static readonly string[] Units = ["Bytes", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Packs a folder and uploads it.</summary>
    /// <returns>Where it is now, and where the Dockerfile is in it.</returns>
    public async Task<(string Location, string Dockerfile)> SendAsync(BuildSource.Folder source, CancellationToken ct)
    {
        session.Tell("Packing source code into tar to upload...");
        var path = Path.Join(Path.GetTempPath(), $"build_archive_{Guid.NewGuid():N}.tar.gz");
        // For nobody else to read: contexts hold what their owners forgot to leave out.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new FileStream(path, options);
        var packed = await ContextPacker.PackAsync(source.Path, source.Dockerfile, file, CompressionLevel.Fastest, ct);
        foreach (var name in packed.LeftOut)
            session.Tell($"Excluding '{name}' based on default ignore rules");
        file.Position = 0;
        return (await SendAsync(file, path, ct), packed.Dockerfile);
    }

    /// <summary>Uploads an archive as it is.</summary>
    public async Task<string> SendAsync(BuildSource.Archive source, CancellationToken ct)
    {
        await using var file = new FileStream(source.Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        return await SendAsync(file, source.Path, ct);
    }

    /// <summary>A size as az writes it: <c>1.856 KiB</c>.</summary>
    internal static string Size(long bytes)
    {
        var (size, unit) = ((double)bytes, 0);
        for (; size >= 1024 && unit < Units.Length - 1; unit++)
            size /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{size:0.000} {Units[unit]}");
    }

    private async Task<string> SendAsync(FileStream file, string path, CancellationToken ct)
    {
        session.Tell($"Uploading archived source code from '{path}'...");
        session.Tell($"Sending context ({Size(file.Length)}) to registry: {session.Registry}...");
        return await session.Runs.UploadSourceAsync(file, file.Length, ct);
    }
}
