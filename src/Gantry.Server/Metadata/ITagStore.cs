using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata;

/// <summary>Tags. They are set by <see cref="IManifestStore.CommitManifestAsync"/>.</summary>
public interface ITagStore
{
    ValueTask<TagRecord?> FindTagAsync(RepositoryKey repository, Tag tag, CancellationToken ct);

    /// <summary>Tags, of one manifest where a digest is given; those whose list lock is set are left out.</summary>
    ValueTask<IReadOnlyList<TagRecord>> ListTagsAsync(RepositoryKey repository, Digest? digest, ListPage page, CancellationToken ct);

    /// <summary>Changes a tag's own locks; null where there is none.</summary>
    ValueTask<TagRecord?> UpdateTagAsync(RepositoryKey repository, Tag tag, AttributesChange change, DateTimeOffset now, CancellationToken ct);

    /// <summary>Removes a tag; its manifest stays.</summary>
    /// <remarks>A write or delete lock on the tag, or a write lock on the repository, refuses it; then the condition, judged inside the transaction.</remarks>
    ValueTask<CommitOutcome> DeleteTagAsync(RepositoryKey repository, Tag tag, DigestMatch? match, DateTimeOffset now, CancellationToken ct);
}
