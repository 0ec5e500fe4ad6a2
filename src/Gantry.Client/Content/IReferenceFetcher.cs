using Gantry.Protocol.Oci;

namespace Gantry.Client.Content;

/// <summary>Resolves and fetches a manifest in one round trip.</summary>
public interface IReferenceFetcher
{
    /// <summary>The manifest that a tag or digest names, verified; null where there is none.</summary>
    ValueTask<ManifestContent?> FetchManifestAsync(string reference, OciLimits limits, CancellationToken ct = default);
}
