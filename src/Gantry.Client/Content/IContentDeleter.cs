using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>Takes content away.</summary>
public interface IContentDeleter
{
    /// <summary>Deletes a blob, or a manifest with every tag that names it. False where there was none.</summary>
    ValueTask<bool> DeleteAsync(Descriptor target, CancellationToken ct = default);

    /// <summary>Removes a tag and leaves its manifest. False where there was none.</summary>
    ValueTask<bool> UntagAsync(string tag, CancellationToken ct = default);
}
