using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>Which repositories have which blobs. The bytes are stored once, whoever links them.</summary>
public interface IBlobLinkStore
{
    /// <summary>Size of a blob that the repository has; null where it has none, whatever other repositories have.</summary>
    ValueTask<long?> FindBlobAsync(RepositoryKey repository, Digest digest, CancellationToken ct);

    /// <summary>Gives the repository a blob whose bytes are stored and that no collection can reach meanwhile. Harmless to repeat. A write lock on the repository refuses it.</summary>
    /// <remarks>Uploads use <see cref="ICollectionStore.LinkHeldBlobAsync"/>: this one holds nothing, so a sweep may have taken bytes that the caller saw. Refused, the condition failed, while they are going.</remarks>
    ValueTask<CommitOutcome> LinkBlobAsync(RepositoryKey repository, Digest digest, long size, DateTimeOffset now, CancellationToken ct);

    /// <summary>Gives the repository a blob that another one has; missing where that one has it not.</summary>
    ValueTask<CommitOutcome> MountBlobAsync(RepositoryKey repository, RepositoryName from, Digest digest, DateTimeOffset now, CancellationToken ct);

    /// <summary>Takes a blob from the repository. In use where one of its manifests names it.</summary>
    ValueTask<CommitOutcome> UnlinkBlobAsync(RepositoryKey repository, Digest digest, CancellationToken ct);

    /// <summary>Repositories of the registry that have a blob, in byte order of their names.</summary>
    IAsyncEnumerable<RepositoryName> ListRepositoriesWithBlobAsync(RegistryId registry, Digest digest, CancellationToken ct);
}
