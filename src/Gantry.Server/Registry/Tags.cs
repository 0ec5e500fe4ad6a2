using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;

namespace Gantry.Server.Registry;

/// <summary>Tags that are there. A push sets them: <see cref="ManifestPusher"/>.</summary>
public sealed class Tags(IMetadataStore metadata, RegistryLimits limits, TimeProvider time)
{
    /// <exception cref="Protocol.Distribution.RegistryException">There is no such tag.</exception>
    public async ValueTask<TagRecord> FindAsync(RepositoryKey repository, Tag tag, CancellationToken ct) =>
        await metadata.FindTagAsync(repository, tag, ct) ?? throw Refusal.Unknown(tag);

    /// <summary>A page of tags, of one manifest where a digest is given.</summary>
    /// <exception cref="Protocol.Distribution.RegistryException">There is no such repository.</exception>
    public async ValueTask<IReadOnlyList<TagRecord>> ListAsync(RepositoryKey repository, Digest? digest, ListPage page, CancellationToken ct)
    {
        var tags = page.Limit == 0 ? [] : await metadata.ListTagsAsync(repository, digest, page, ct);
        // Asked only where the list is empty: a repository may have manifests and no tags.
        if (tags.Count == 0 && await metadata.FindRepositoryAsync(repository, ct) is null)
            throw Refusal.Unknown(repository.Name);
        return tags;
    }

    /// <summary>Changes a tag's own locks, also while it is locked.</summary>
    /// <exception cref="Protocol.Distribution.RegistryException">There is no such tag.</exception>
    public async ValueTask<TagRecord> UpdateAsync(RepositoryKey repository, Tag tag, AttributesChange change, CancellationToken ct) =>
        await metadata.UpdateTagAsync(repository, tag, change, time.GetUtcNow(), ct) ?? throw Refusal.Unknown(tag);

    /// <summary>Removes a tag. Its manifest stays, with its other tags.</summary>
    /// <param name="repository">Where it is.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="match">What it must stand for; null for anything.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="Protocol.Distribution.RegistryException">There is no such tag, a lock forbids it, or it stands for something else.</exception>
    public async ValueTask UntagAsync(RepositoryKey repository, Tag tag, DigestMatch? match, CancellationToken ct)
    {
        Refusal.DemandDeletion(limits);
        Refusal.Demand(await metadata.DeleteTagAsync(repository, tag, match, time.GetUtcNow(), ct), Refusal.Unknown(tag));
    }
}
