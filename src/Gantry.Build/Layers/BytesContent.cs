namespace Gantry.Build.Layers;

/// <summary>A file's bytes in memory: here-documents, and whatever else is small.</summary>
public sealed class BytesContent(byte[] bytes) : IFileContent
{
    public ValueTask<Stream> OpenAsync(CancellationToken ct) => new(new MemoryStream(bytes, writable: false));
}
