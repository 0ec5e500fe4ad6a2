using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>A place that has content.</summary>
public interface IContentSource
{
    /// <summary>Whether the place has this content.</summary>
    ValueTask<bool> ExistsAsync(Descriptor target, CancellationToken ct = default);

    /// <summary>Opens content. The caller disposes the stream, which throws <see cref="ContentMismatchException"/> at its end when size or digest are not what the descriptor says.</summary>
    /// <exception cref="ContentNotFoundException">The place has no such content.</exception>
    ValueTask<Stream> FetchAsync(Descriptor target, CancellationToken ct = default);
}
