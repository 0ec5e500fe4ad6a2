using Gantry.Protocol.Acr;
using Gantry.Server.Metadata;

namespace Gantry.Server.Registry;

/// <summary>Repositories. Nobody creates one: it appears with its first manifest and vanishes with its last.</summary>
public sealed class Repositories(IMetadataStore metadata, RegistryLimits limits, TimeProvider time)
{
    /// <exception cref="Protocol.Distribution.RegistryException">There is none.</exception>
    public async ValueTask<RepositoryRecord> FindAsync(RepositoryKey repository, CancellationToken ct) =>
        await metadata.FindRepositoryAsync(repository, ct) ?? throw Refusal.Unknown(repository.Name);

    /// <summary>A page of repositories, by name in byte order or by time.</summary>
    public async ValueTask<IReadOnlyList<RepositoryRecord>> ListAsync(RegistryId registry, ListPage page, CancellationToken ct) =>
        page.Limit == 0 ? [] : await metadata.ListRepositoriesAsync(registry, page, ct);

    /// <summary>Changes a repository's locks, also while it is locked.</summary>
    /// <exception cref="Protocol.Distribution.RegistryException">There is none.</exception>
    public async ValueTask<RepositoryRecord> UpdateAsync(RepositoryKey repository, AttributesChange change, CancellationToken ct) =>
        await metadata.UpdateRepositoryAsync(repository, change, time.GetUtcNow(), ct) ?? throw Refusal.Unknown(repository.Name);

    /// <summary>Deletes a repository with everything in it.</summary>
    /// <exception cref="Protocol.Distribution.RegistryException">There is none, or a lock on it or on anything in it forbids it.</exception>
    public async ValueTask<Deletion> DeleteAsync(RepositoryKey repository, CancellationToken ct)
    {
        Refusal.DemandDeletion(limits);
        var deletion = await metadata.DeleteRepositoryAsync(repository, ct);
        Refusal.Demand(deletion.Outcome, Refusal.Unknown(repository.Name));
        return deletion;
    }
}
