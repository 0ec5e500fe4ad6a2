using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>A target where one content goes by several names, as files do, and each name is a copy of its own.</summary>
public interface IContentRestorer
{
    /// <summary>Writes content that the target has under another title once more under this one. False where it cannot, and the bytes must be pushed again.</summary>
    ValueTask<bool> RestoreAsync(Descriptor titled, CancellationToken ct = default);
}
