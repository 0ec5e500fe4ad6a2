using System.Runtime.CompilerServices;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata.Sql;

/// <summary>The metadata in a database that is asked in SQL. What each method does is in the class of its noun; how reads and writes come to the database is the engine's.</summary>
/// <remarks>
/// Every engine lets one writer at a time into a database, whichever process it lives in: so what an operation found stays true until it is committed,
/// and no statement here needs a lock of its own.
/// </remarks>
public abstract partial class SqlMetadataStore : IMetadataStore
{
    private const int BlobPage = 256;

    private protected SqlMetadataStore()
    {
    }

    public abstract string Engine { get; }

    public abstract bool IsShared { get; }

    public abstract ValueTask CheckAsync(CancellationToken ct);

    public abstract ValueTask DisposeAsync();

    public abstract ValueTask<long> ReadEpochAsync(RegistryId registry, CancellationToken ct);

    /// <summary>Runs work that only reads. Each statement sees one state of the database; what must see one throughout runs in <see cref="SqlSession.InTransaction"/>. It may run more than once.</summary>
    internal abstract ValueTask<T> ReadAsync<T>(Func<SqlSession, T> work, CancellationToken ct);

    /// <summary>Runs work in a transaction; complete once that is durable. It may run more than once, each time as if for the first.</summary>
    internal abstract ValueTask<T> WriteAsync<T>(Func<WriteTransaction, T> work, CancellationToken ct);

    /// <summary>As <see cref="WriteAsync"/>, but complete once the write outlives the process: a power cut may take it.</summary>
    internal abstract ValueTask<T> WriteLazilyAsync<T>(Func<WriteTransaction, T> work, CancellationToken ct);

    public ValueTask<RegistryRecord?> FindRegistryAsync(string name, CancellationToken ct) => ReadAsync(db => SqlRegistries.Find(db, name), ct);

    public async ValueTask<RegistryRecord> EnsureRegistryAsync(string name, DateTimeOffset now, CancellationToken ct) =>
        await FindRegistryAsync(name, ct) ?? await WriteAsync(transaction => SqlRegistries.Ensure(transaction, name, now), ct);

    public async ValueTask<IReadOnlyList<RegistryRecord>> ListRegistriesAsync(CancellationToken ct) => await ReadAsync(SqlRegistries.List, ct);

    public ValueTask<CommitOutcome> SetAnonymousPullAsync(RegistryId registry, bool enabled, CancellationToken ct) =>
        WriteAsync(transaction => SqlRegistries.SetAnonymousPull(transaction, registry, enabled), ct);

    public async ValueTask<ReadOnlyMemory<byte>?> FindSecretAsync(string name, CancellationToken ct) =>
        await ReadAsync(db => SqlRegistries.FindSecret(db, name), ct) is { } value ? new ReadOnlyMemory<byte>(value) : (ReadOnlyMemory<byte>?)null;

    public async ValueTask<ReadOnlyMemory<byte>> EnsureSecretAsync(string name, ReadOnlyMemory<byte> candidate, CancellationToken ct) =>
        await ReadAsync(db => SqlRegistries.FindSecret(db, name), ct) ?? await WriteAsync(transaction => SqlRegistries.EnsureSecret(transaction, name, candidate), ct);

    public ValueTask<RepositoryRecord?> FindRepositoryAsync(RepositoryKey repository, CancellationToken ct) => ReadAsync(db => SqlRepositories.Find(db, repository), ct);

    public async ValueTask<IReadOnlyList<RepositoryRecord>> ListRepositoriesAsync(RegistryId registry, ListPage page, CancellationToken ct) =>
        await ReadAsync(db => SqlRepositories.List(db, registry, page), ct);

    public ValueTask<RepositoryRecord?> UpdateRepositoryAsync(RepositoryKey repository, AttributesChange change, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(transaction => SqlRepositories.Update(transaction, repository, change, now), ct);

    public ValueTask<Deletion> DeleteRepositoryAsync(RepositoryKey repository, CancellationToken ct) =>
        WriteAsync(transaction => SqlRepositories.Delete(transaction, repository), ct);

    public ValueTask<StoredManifest?> FindManifestAsync(RepositoryKey repository, Digest digest, CancellationToken ct) =>
        ReadAsync(db => SqlManifests.Find(db, repository, digest), ct);

    public ValueTask<StoredManifest?> FindManifestAsync(RepositoryKey repository, Tag tag, CancellationToken ct) =>
        ReadAsync(db => SqlManifests.Find(db, repository, tag), ct);

    public ValueTask<ManifestRecord?> FindManifestRecordAsync(RepositoryKey repository, Digest digest, CancellationToken ct) =>
        ReadAsync(db => SqlManifests.FindRecord(db, repository, digest), ct);

    public async ValueTask<IReadOnlyList<ManifestRecord>> ListManifestsAsync(RepositoryKey repository, ListPage page, CancellationToken ct) =>
        await ReadAsync(db => SqlManifests.List(db, repository, page), ct);

    public ValueTask<ManifestCommitResult> CommitManifestAsync(ManifestCommit commit, CancellationToken ct) =>
        WriteAsync(transaction => SqlManifestCommit.Run(transaction, commit), ct);

    public ValueTask<Deletion> DeleteManifestAsync(RepositoryKey repository, Digest digest, bool withReferrers, CancellationToken ct) =>
        WriteAsync(transaction => SqlManifestDeletion.Run(transaction, repository, digest, withReferrers), ct);

    public ValueTask<ManifestRecord?> UpdateManifestAsync(RepositoryKey repository, Digest digest, AttributesChange change, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(transaction => SqlManifests.Update(transaction, repository, digest, change, now), ct);

    public async ValueTask<IReadOnlyList<ManifestContent>> ListReferrersAsync(
        RepositoryKey repository, Digest subject, MediaType? artifactType, ListPage page, long maxBytes, CancellationToken ct) =>
        await ReadAsync(db => SqlManifests.ListReferrers(db, repository, subject, artifactType, page, maxBytes), ct);

    public ValueTask<TagRecord?> FindTagAsync(RepositoryKey repository, Tag tag, CancellationToken ct) => ReadAsync(db => SqlTags.Find(db, repository, tag), ct);

    public async ValueTask<IReadOnlyList<TagRecord>> ListTagsAsync(RepositoryKey repository, Digest? digest, ListPage page, CancellationToken ct) =>
        await ReadAsync(db => SqlTags.List(db, repository, digest, page), ct);

    public ValueTask<TagRecord?> UpdateTagAsync(RepositoryKey repository, Tag tag, AttributesChange change, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(transaction => SqlTags.Update(transaction, repository, tag, change, now), ct);

    public ValueTask<CommitOutcome> DeleteTagAsync(RepositoryKey repository, Tag tag, DigestMatch? match, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(transaction => SqlTags.Delete(transaction, repository, tag, match, now), ct);

    public ValueTask<long?> FindBlobAsync(RepositoryKey repository, Digest digest, CancellationToken ct) => ReadAsync(db => SqlBlobLinks.FindSize(db, repository, digest), ct);

    public ValueTask<CommitOutcome> LinkBlobAsync(RepositoryKey repository, Digest digest, long size, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(transaction => SqlBlobLinks.LinkUnheld(transaction, repository, digest, size, now), ct);

    public ValueTask<CommitOutcome> MountBlobAsync(RepositoryKey repository, RepositoryName from, Digest digest, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(transaction => SqlBlobLinks.Mount(transaction, repository, from, digest, now), ct);

    public ValueTask<CommitOutcome> UnlinkBlobAsync(RepositoryKey repository, Digest digest, CancellationToken ct) =>
        WriteAsync(transaction => SqlBlobLinks.Unlink(transaction, repository, digest), ct);

    public async IAsyncEnumerable<RepositoryName> ListRepositoriesWithBlobAsync(RegistryId registry, Digest digest, [EnumeratorCancellation] CancellationToken ct)
    {
        var last = "";
        while (true)
        {
            var page = await ReadAsync(db => SqlBlobLinks.ListRepositories(db, registry, digest, last, BlobPage), ct);
            foreach (var name in page)
                yield return name;
            if (page.Count < BlobPage)
                yield break;
            last = page[^1].ToString();
        }
    }

    public ValueTask<CommitOutcome> AddUploadAsync(UploadRecord upload, int maxOpen, CancellationToken ct) =>
        WriteLazilyAsync(transaction => SqlUploads.Add(transaction, upload, maxOpen), ct);

    public ValueTask<UploadRecord?> FindUploadAsync(Guid id, CancellationToken ct) => ReadAsync(db => SqlUploads.Find(db, id), ct);

    public async ValueTask RemoveUploadAsync(Guid id, CancellationToken ct) => await WriteLazilyAsync(transaction => SqlUploads.Remove(transaction, id), ct);

    public async ValueTask<IReadOnlyList<UploadRecord>> ListUploadsAsync(DateTimeOffset before, UploadRecord? last, int limit, CancellationToken ct) =>
        await ReadAsync(db => SqlUploads.List(db, before, last, limit), ct);
}
