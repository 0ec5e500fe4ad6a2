using System.IO.Compression;

namespace Gantry.Build.Context;

/// <summary>Packs a folder of this machine for upload: the same folder gives the same bytes.</summary>
public static class ContextPacker
{
    /// <param name="folder">The context.</param>
    /// <param name="dockerfile">The Dockerfile on this machine, perhaps outside the folder.</param>
    /// <param name="output">Receives the tar.gz; not disposed.</param>
    /// <param name="level">How hard to compress.</param>
    /// <param name="ct">Stops it.</param>
    public static ValueTask<PackedContext> PackAsync(string folder, string dockerfile, Stream output, CompressionLevel level, CancellationToken ct) => throw new NotImplementedException();
}
