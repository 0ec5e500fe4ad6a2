using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>Manifests: their bytes, and what is known of them.</summary>
public interface IManifestStore
{
    /// <summary>A manifest's bytes by digest; null where the repository has none.</summary>
    ValueTask<StoredManifest?> FindManifestAsync(RepositoryKey repository, Digest digest, CancellationToken ct);

    /// <summary>A manifest's bytes by tag; null where there is no such tag.</summary>
    ValueTask<StoredManifest?> FindManifestAsync(RepositoryKey repository, Tag tag, CancellationToken ct);

    /// <summary>What is known of a manifest, with its tags.</summary>
    ValueTask<ManifestRecord?> FindManifestRecordAsync(RepositoryKey repository, Digest digest, CancellationToken ct);

    /// <summary>Manifests with their tags; those whose list lock is set are left out.</summary>
    ValueTask<IReadOnlyList<ManifestRecord>> ListManifestsAsync(RepositoryKey repository, ListPage page, CancellationToken ct);

    /// <summary>Stores a manifest and points its tags at it, all or nothing. The repository appears if it is the first.</summary>
    /// <remarks>Refused as locked where the repository or a tag that exists may not be written, or without tags the manifest of that digest; then where its condition does not hold; as missing where blobs or manifests are. Storing what is there again changes nothing but its tags.</remarks>
    ValueTask<ManifestCommitResult> CommitManifestAsync(ManifestCommit commit, CancellationToken ct);

    /// <summary>Deletes a manifest with all its tags, and the manifests that refer to it as their subject, and so on.</summary>
    /// <remarks>A write or delete lock on it, on one of its tags or of its referrers refuses the whole. Children of an index stay.</remarks>
    ValueTask<Deletion> DeleteManifestAsync(RepositoryKey repository, Digest digest, bool withReferrers, CancellationToken ct);

    /// <summary>Changes a manifest's own locks; null where there is none.</summary>
    ValueTask<ManifestRecord?> UpdateManifestAsync(RepositoryKey repository, Digest digest, AttributesChange change, DateTimeOffset now, CancellationToken ct);

    /// <summary>Manifests whose subject is that digest, bytes included, in the order of their digests; those whose read or list lock is set are left out.</summary>
    /// <remarks>Reading stops after the manifest that brings the bytes above <paramref name="maxBytes"/>: where there is any, at least one comes.</remarks>
    ValueTask<IReadOnlyList<ManifestContent>> ListReferrersAsync(
        RepositoryKey repository, Digest subject, MediaType? artifactType, ListPage page, long maxBytes, CancellationToken ct);
}
