using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>Finds the manifests that have another one as their subject.</summary>
public interface IReferrerSource
{
    /// <param name="subject">The manifest that is referred to.</param>
    /// <param name="artifactType">Only referrers of this type; null for all.</param>
    /// <param name="ct">Cancels.</param>
    IAsyncEnumerable<Descriptor> ListReferrersAsync(Descriptor subject, MediaType? artifactType = null, CancellationToken ct = default);
}
