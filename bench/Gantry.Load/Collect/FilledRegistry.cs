using System.Security.Cryptography;
using Gantry.Protocol.Admin;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Server.Registry;
using Gantry.Server.Storage.FileSystem;
using Gantry.Server.Upkeep;
using Microsoft.Data.Sqlite;

namespace Gantry.Load.Collect;

/// <summary>The stores of a server, SQLite and files, with many blobs that manifests name. Those have rows and no bytes: a collection never looks at them.</summary>
internal sealed class FilledRegistry : IAsyncDisposable
{
    private const int BlobsOfManifest = 10;

    private readonly SqliteMetadataStore _metadata;
    private readonly FileSystemBlobDriver _driver;
    private readonly RegistryContent _content;
    private readonly Collector _collector;
    private readonly RepositoryKey _repository;
    private long _made;

    private FilledRegistry(SqliteMetadataStore metadata, FileSystemBlobDriver driver, RegistryId registry)
    {
        (_metadata, _driver) = (metadata, driver);
        _content = new RegistryContent(metadata, driver, RegistryLimits.Default, TimeProvider.System);
        _collector = new Collector(metadata, driver, new Jobs(metadata, TimeProvider.System), RegistryLimits.Default, TimeProvider.System)
        {
            SettleDamage = (_, blob, _) => throw new InvalidOperationException($"nothing damaged {blob.Digest}"),
        };
        _repository = new RepositoryKey(registry, RepositoryName.Parse("bench/garbage"));
    }

    /// <param name="folder">Made anew.</param>
    /// <param name="kept">How many blobs manifests name.</param>
    /// <param name="ct">Stops between the steps.</param>
    public static async Task<FilledRegistry> MakeAsync(string folder, int kept, CancellationToken ct)
    {
        var database = Path.Combine(Directory.CreateDirectory(folder).FullName, "gantry.db");
        RegistryId registry;
        await using (var empty = await SqliteMetadataStore.OpenAsync(database, TimeProvider.System, ct))
            registry = (await empty.EnsureRegistryAsync("bench", TimeProvider.System.GetUtcNow(), ct)).Id;
        Fill(database, kept);
        return new FilledRegistry(await SqliteMetadataStore.OpenAsync(database, TimeProvider.System, ct), new FileSystemBlobDriver(folder), registry);
    }

    /// <summary>Pushes blobs that nothing names.</summary>
    public async Task PushGarbageAsync(int count, CancellationToken ct)
    {
        for (var i = 0; i < count; i++)
        {
            var bytes = BitConverter.GetBytes(++_made);
            await _content.Uploads.PutAsync(_repository, "bench", Digest.Of(bytes), new MemoryStream(bytes), bytes.Length, ct);
        }
    }

    /// <returns>How many blobs went.</returns>
    public async Task<long> CollectAsync(CancellationToken ct) => (await _collector.CollectAsync(new CollectRequest { Grace = 0 }, _ => { }, ct)).Blobs;

    public async ValueTask DisposeAsync()
    {
        await _metadata.DisposeAsync();
        await _driver.DisposeAsync();
    }

    /// <summary>By rows, and without a flush until all are there: pushing them would take hours.</summary>
    private static void Fill(string database, int kept)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false }.ToString());
        connection.Open();
        connection.CreateFunction("any_digest", AnyDigest);
        using var fill = connection.CreateCommand();
        fill.CommandText = """
            pragma synchronous = off;
            pragma cache_size = -400000;
            begin;
            insert into repository (id, registry, name, created, updated, manifest_count, tag_count)
              select 1, min(id), 'bench/kept', $now, $now, $manifests, $manifests from registry;
            with recursive n (i) as (select 1 union all select i + 1 from n where i < $kept)
              insert into blob (id, digest, size, uses, candidate) select i, any_digest(), 4096, 1, 0 from n;
            insert into blob_link (repository, blob) select 1, id from blob;
            with recursive n (i) as (select 1 union all select i + 1 from n where i < $manifests)
              insert into manifest (id, repository, digest, media_type, size, created, updated, image_size)
                select i, 1, any_digest(), 'application/vnd.oci.image.manifest.v1+json', 1024, $now, $now, 40960 from n;
            insert into manifest_content (manifest, bytes) select id, zeroblob(1024) from manifest;
            insert into tag (repository, name, manifest, created, updated) select 1, 't' || id, id, $now, $now from manifest;
            insert into manifest_blob (manifest, blob) select 1 + (id - 1) / $each, id from blob;
            commit;
            pragma wal_checkpoint(truncate);
            """;
        fill.Parameters.AddWithValue("$now", TimeProvider.System.GetUtcNow().UtcTicks);
        fill.Parameters.AddWithValue("$kept", kept);
        fill.Parameters.AddWithValue("$each", BlobsOfManifest);
        fill.Parameters.AddWithValue("$manifests", (kept + BlobsOfManifest - 1) / BlobsOfManifest);
        fill.CommandTimeout = 0;
        fill.ExecuteNonQuery();
    }

    /// <summary>As the column has it: 1 for sha256, and the hash.</summary>
    private static byte[] AnyDigest()
    {
        var column = new byte[33];
        RandomNumberGenerator.Fill(column.AsSpan(1));
        column[0] = 1;
        return column;
    }
}
