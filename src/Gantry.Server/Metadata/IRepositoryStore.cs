using Gantry.Protocol.Acr;

namespace Gantry.Server.Metadata;

/// <summary>Repositories. One appears with its first manifest and vanishes with its last.</summary>
public interface IRepositoryStore
{
    ValueTask<RepositoryRecord?> FindRepositoryAsync(RepositoryKey repository, CancellationToken ct);

    /// <summary>Repositories, by name in byte order or by time; those whose list lock is set are left out.</summary>
    ValueTask<IReadOnlyList<RepositoryRecord>> ListRepositoriesAsync(RegistryId registry, ListPage page, CancellationToken ct);

    /// <summary>Changes locks; null where there is no repository.</summary>
    ValueTask<RepositoryRecord?> UpdateRepositoryAsync(RepositoryKey repository, AttributesChange change, DateTimeOffset now, CancellationToken ct);

    /// <summary>Deletes manifests, tags and blob links together. A write or delete lock on the repository, or on anything in it, refuses the whole.</summary>
    ValueTask<Deletion> DeleteRepositoryAsync(RepositoryKey repository, CancellationToken ct);
}
