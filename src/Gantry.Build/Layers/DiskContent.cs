namespace Gantry.Build.Layers;

/// <summary>A file's bytes on this machine's disk.</summary>
public sealed class DiskContent(string path) : IFileContent
{
    public ValueTask<Stream> OpenAsync(CancellationToken ct) =>
        new(new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read, BufferSize = 0, Options = FileOptions.Asynchronous | FileOptions.SequentialScan }));
}
