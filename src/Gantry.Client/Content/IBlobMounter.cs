using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>Takes over a blob from another repository of the same registry without moving its bytes.</summary>
public interface IBlobMounter
{
    /// <summary>True when mounted; false when the registry would not, and the bytes must be pushed.</summary>
    ValueTask<bool> MountAsync(Descriptor blob, RepositoryName from, CancellationToken ct = default);
}
