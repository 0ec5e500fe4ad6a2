namespace Gantry.Build.Layers;

/// <summary>A file's bytes, wherever they are.</summary>
public interface IFileContent
{
    /// <summary>Opens the bytes from their start. The caller disposes the stream.</summary>
    ValueTask<Stream> OpenAsync(CancellationToken ct);
}
