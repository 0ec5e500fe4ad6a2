using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>A place that takes content.</summary>
public interface IContentStore : IContentSource
{
    /// <summary>Stores content. Harmless when it is there already.</summary>
    /// <param name="expected">What the bytes must turn out to be; anything else is refused and nothing is kept.</param>
    /// <param name="content">Read to its end; not disposed. Where it can seek, a transfer that fails is tried again.</param>
    /// <param name="ct">Stops the transfer.</param>
    ValueTask PushAsync(Descriptor expected, Stream content, CancellationToken ct = default);
}
