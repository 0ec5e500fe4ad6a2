using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>Who names what, across all registries of the server: for its operators.</summary>
public interface IReferenceStore
{
    ValueTask<BlobFacts> FindBlobFactsAsync(Digest digest, CancellationToken ct);

    /// <summary>Where a manifest of that digest is.</summary>
    ValueTask<IReadOnlyList<ManifestPlace>> ListManifestPlacesAsync(Digest manifest, int limit, CancellationToken ct);

    /// <summary>Manifests that name a blob, of whichever repository.</summary>
    ValueTask<IReadOnlyList<ManifestPlace>> ListBlobUsersAsync(Digest blob, int limit, CancellationToken ct);

    /// <summary>Repositories, as <c>REGISTRY/REPOSITORY</c>, that have a blob which no manifest of theirs names.</summary>
    ValueTask<IReadOnlyList<string>> ListIdleLinksAsync(Digest blob, int limit, CancellationToken ct);

    /// <summary>What keeps a manifest, each list cut at <paramref name="limit"/>.</summary>
    ValueTask<ManifestKeepers> FindKeepersAsync(ManifestPlace manifest, int limit, CancellationToken ct);
}
