using System.Runtime.CompilerServices;
using Gantry.Protocol.Acr;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;

namespace Gantry.Server.Metadata.Sqlite;

/// <summary>The metadata of one process, in one SQLite database with a write-ahead log.</summary>
/// <remarks>Each method is one line: what it does is in the class of its noun, how it is committed in <see cref="SqliteWriter"/>.</remarks>
public sealed partial class SqliteMetadataStore : IMetadataStore
{
    private const int ReaderCount = 8;
    private const int BlobPage = 256;

    private readonly Epochs _epochs = new();
    private readonly SqliteReaders _readers;
    private readonly SqliteWriter _writer;
    private int _disposed;

    private SqliteMetadataStore(string path, PreparedConnection writer, TimeProvider time, int checkpointPages, Action<PreparedConnection> commit)
    {
        _readers = new SqliteReaders(path, ReaderCount);
        _writer = new SqliteWriter(writer, _epochs, time, checkpointPages, commit);
    }

    /// <summary>Opens the database, made and brought to the newest schema where needed. The caller holds the data folder's lock.</summary>
    /// <exception cref="InvalidOperationException">A newer program has written it.</exception>
    public static ValueTask<SqliteMetadataStore> OpenAsync(string path, TimeProvider time, CancellationToken ct) =>
        OpenAsync(path, time, SqliteWriter.DefaultCheckpointPages, ct);

    internal static ValueTask<SqliteMetadataStore> OpenAsync(string path, TimeProvider time, int checkpointPages, CancellationToken ct) =>
        OpenAsync(path, time, checkpointPages, SqliteWriter.Commit, ct);

    /// <summary>With commits that a test can fail.</summary>
    internal static ValueTask<SqliteMetadataStore> OpenAsync(
        string path, TimeProvider time, int checkpointPages, Action<PreparedConnection> commit, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        _ = SqliteEngine.Description;
        var full = Path.GetFullPath(path);
        MakePrivateFile(full);
        var writer = PreparedConnection.OpenWriter(full);
        try
        {
            SqliteSchema.Migrate(writer, full);
            return new(new SqliteMetadataStore(full, writer, time, checkpointPages, commit));
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    public string Engine => SqliteEngine.Description;

    /// <summary>The file holds signing keys: it is made unreadable to others before SQLite opens it, which gives its log the same rights.</summary>
    /// <remarks>One that is there is not touched: to close a file lets go of every POSIX lock that the process has on it, SQLite's too.</remarks>
    private static void MakePrivateFile(string path)
    {
        if (File.Exists(path))
            return;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
    }

    public async ValueTask CheckAsync(CancellationToken ct) =>
        await WriteLazilyAsync(transaction => transaction.Db.Execute("update schema set version = version"), ct);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _writer.StopAsync();
        await _readers.DisposeAsync();
        await _writer.DisposeAsync();
    }

    internal ValueTask<T> ReadAsync<T>(Func<PreparedConnection, T> work, CancellationToken ct) => _readers.RunAsync(work, ct);

    internal ValueTask<T> WriteAsync<T>(Func<WriteTransaction, T> work, CancellationToken ct) => _writer.RunAsync(work, lazy: false, ct);

    internal ValueTask<T> WriteLazilyAsync<T>(Func<WriteTransaction, T> work, CancellationToken ct) => _writer.RunAsync(work, lazy: true, ct);

    public ValueTask<RegistryRecord?> FindRegistryAsync(string name, CancellationToken ct) => ReadAsync(db => SqliteRegistries.Find(db, name), ct);

    public async ValueTask<RegistryRecord> EnsureRegistryAsync(string name, DateTimeOffset now, CancellationToken ct) =>
        await FindRegistryAsync(name, ct) ?? await WriteAsync(transaction => SqliteRegistries.Ensure(transaction, name, now), ct);

    public async ValueTask<IReadOnlyList<RegistryRecord>> ListRegistriesAsync(CancellationToken ct) => await ReadAsync(SqliteRegistries.List, ct);

    public ValueTask<CommitOutcome> SetAnonymousPullAsync(RegistryId registry, bool enabled, CancellationToken ct) =>
        WriteAsync(transaction => SqliteRegistries.SetAnonymousPull(transaction, registry, enabled), ct);

    public ValueTask<long> ReadEpochAsync(RegistryId registry, CancellationToken ct) => new(_epochs.Read(registry));

    public async ValueTask<ReadOnlyMemory<byte>> EnsureSecretAsync(string name, ReadOnlyMemory<byte> candidate, CancellationToken ct) =>
        await ReadAsync(db => SqliteRegistries.FindSecret(db, name), ct) ?? await WriteAsync(transaction => SqliteRegistries.EnsureSecret(transaction, name, candidate), ct);

    public ValueTask<RepositoryRecord?> FindRepositoryAsync(RepositoryKey repository, CancellationToken ct) => ReadAsync(db => SqliteRepositories.Find(db, repository), ct);

    public async ValueTask<IReadOnlyList<RepositoryRecord>> ListRepositoriesAsync(RegistryId registry, ListPage page, CancellationToken ct) =>
        await ReadAsync(db => SqliteRepositories.List(db, registry, page), ct);

    public ValueTask<RepositoryRecord?> UpdateRepositoryAsync(RepositoryKey repository, AttributesChange change, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(transaction => SqliteRepositories.Update(transaction, repository, change, now), ct);

    public ValueTask<Deletion> DeleteRepositoryAsync(RepositoryKey repository, CancellationToken ct) =>
        WriteAsync(transaction => SqliteRepositories.Delete(transaction, repository), ct);

    public ValueTask<StoredManifest?> FindManifestAsync(RepositoryKey repository, Digest digest, CancellationToken ct) =>
        ReadAsync(db => SqliteManifests.Find(db, repository, digest), ct);

    public ValueTask<StoredManifest?> FindManifestAsync(RepositoryKey repository, Tag tag, CancellationToken ct) =>
        ReadAsync(db => SqliteManifests.Find(db, repository, tag), ct);

    public ValueTask<ManifestRecord?> FindManifestRecordAsync(RepositoryKey repository, Digest digest, CancellationToken ct) =>
        ReadAsync(db => SqliteManifests.FindRecord(db, repository, digest), ct);

    public async ValueTask<IReadOnlyList<ManifestRecord>> ListManifestsAsync(RepositoryKey repository, ListPage page, CancellationToken ct) =>
        await ReadAsync(db => SqliteManifests.List(db, repository, page), ct);

    public ValueTask<ManifestCommitResult> CommitManifestAsync(ManifestCommit commit, CancellationToken ct) =>
        WriteAsync(transaction => SqliteManifestCommit.Run(transaction, commit), ct);

    public ValueTask<Deletion> DeleteManifestAsync(RepositoryKey repository, Digest digest, bool withReferrers, CancellationToken ct) =>
        WriteAsync(transaction => SqliteManifestDeletion.Run(transaction, repository, digest, withReferrers), ct);

    public ValueTask<ManifestRecord?> UpdateManifestAsync(RepositoryKey repository, Digest digest, AttributesChange change, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(transaction => SqliteManifests.Update(transaction, repository, digest, change, now), ct);

    public async ValueTask<IReadOnlyList<ManifestContent>> ListReferrersAsync(
        RepositoryKey repository, Digest subject, MediaType? artifactType, ListPage page, long maxBytes, CancellationToken ct) =>
        await ReadAsync(db => SqliteManifests.ListReferrers(db, repository, subject, artifactType, page, maxBytes), ct);

    public ValueTask<TagRecord?> FindTagAsync(RepositoryKey repository, Tag tag, CancellationToken ct) => ReadAsync(db => SqliteTags.Find(db, repository, tag), ct);

    public async ValueTask<IReadOnlyList<TagRecord>> ListTagsAsync(RepositoryKey repository, Digest? digest, ListPage page, CancellationToken ct) =>
        await ReadAsync(db => SqliteTags.List(db, repository, digest, page), ct);

    public ValueTask<TagRecord?> UpdateTagAsync(RepositoryKey repository, Tag tag, AttributesChange change, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(transaction => SqliteTags.Update(transaction, repository, tag, change, now), ct);

    public ValueTask<CommitOutcome> DeleteTagAsync(RepositoryKey repository, Tag tag, DigestMatch? match, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(transaction => SqliteTags.Delete(transaction, repository, tag, match, now), ct);

    public ValueTask<long?> FindBlobAsync(RepositoryKey repository, Digest digest, CancellationToken ct) => ReadAsync(db => SqliteBlobLinks.FindSize(db, repository, digest), ct);

    public ValueTask<CommitOutcome> LinkBlobAsync(RepositoryKey repository, Digest digest, long size, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(transaction => SqliteBlobLinks.Link(transaction, repository, digest, size, now), ct);

    public ValueTask<CommitOutcome> MountBlobAsync(RepositoryKey repository, RepositoryName from, Digest digest, DateTimeOffset now, CancellationToken ct) =>
        WriteAsync(transaction => SqliteBlobLinks.Mount(transaction, repository, from, digest, now), ct);

    public ValueTask<CommitOutcome> UnlinkBlobAsync(RepositoryKey repository, Digest digest, CancellationToken ct) =>
        WriteAsync(transaction => SqliteBlobLinks.Unlink(transaction, repository, digest), ct);

    public async IAsyncEnumerable<RepositoryName> ListRepositoriesWithBlobAsync(RegistryId registry, Digest digest, [EnumeratorCancellation] CancellationToken ct)
    {
        var last = "";
        while (true)
        {
            var page = await ReadAsync(db => SqliteBlobLinks.ListRepositories(db, registry, digest, last, BlobPage), ct);
            foreach (var name in page)
                yield return name;
            if (page.Count < BlobPage)
                yield break;
            last = page[^1].ToString();
        }
    }

    public ValueTask<CommitOutcome> AddUploadAsync(UploadRecord upload, int maxOpen, CancellationToken ct) =>
        WriteLazilyAsync(transaction => SqliteUploads.Add(transaction, upload, maxOpen), ct);

    public ValueTask<UploadRecord?> FindUploadAsync(Guid id, CancellationToken ct) => ReadAsync(db => SqliteUploads.Find(db, id), ct);

    public async ValueTask RemoveUploadAsync(Guid id, CancellationToken ct) => await WriteLazilyAsync(transaction => SqliteUploads.Remove(transaction, id), ct);

    public async ValueTask<IReadOnlyList<UploadRecord>> ListUploadsAsync(DateTimeOffset before, UploadRecord? last, int limit, CancellationToken ct) =>
        await ReadAsync(db => SqliteUploads.List(db, before, last, limit), ct);

    public ValueTask<PrincipalRecord?> FindPrincipalAsync(Guid appId, CancellationToken ct) => ReadAsync(db => SqlitePrincipals.Find(db, appId), ct);

    public ValueTask<CommitOutcome> AddPrincipalAsync(PrincipalRecord principal, CancellationToken ct) =>
        WriteAsync(transaction => SqlitePrincipals.Add(transaction, principal), ct);

    public async ValueTask<IReadOnlyList<PrincipalRecord>> ListPrincipalsAsync(RegistryId registry, CancellationToken ct) =>
        await ReadAsync(db => SqlitePrincipals.List(db, registry), ct);

    public ValueTask<CommitOutcome> DeletePrincipalAsync(RegistryId registry, Guid appId, CancellationToken ct) =>
        WriteAsync(transaction => SqlitePrincipals.Delete(transaction, registry, appId), ct);

    public ValueTask<CommitOutcome> SetPrincipalSecretAsync(RegistryId registry, Guid appId, ReadOnlyMemory<byte> secretHash, CancellationToken ct) =>
        WriteAsync(transaction => SqlitePrincipals.SetSecret(transaction, registry, appId, secretHash), ct);

    public async ValueTask<IReadOnlyList<SigningKeyRecord>> ListSigningKeysAsync(CancellationToken ct) => await ReadAsync(SqlitePrincipals.ListSigningKeys, ct);

    public async ValueTask AddSigningKeyAsync(SigningKeyRecord key, DateTimeOffset dropBefore, CancellationToken ct) =>
        await WriteAsync(transaction => SqlitePrincipals.AddSigningKey(transaction, key, dropBefore), ct);
}
