using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Postgres;
using Gantry.Server.Metadata.Sql;
using Gantry.Server.Metadata.Sql.Schema;
using Gantry.Testing.Metadata;

namespace Gantry.Server.Tests.Metadata.Postgres;

/// <summary>The steps of the schema that read what is there. On SQLite, databases that earlier programs wrote tell the same.</summary>
public sealed class PostgresSchemaTests
{
    private const long Once = 638_000_000_000_000_000;

    [Fact]
    public async Task A_database_with_content_is_brought_forward_from_the_schema_before_collection()
    {
        var server = await PostgresServer.SharedAsync();
        var address = server.NewSchema();
        try
        {
            var (here, awaited) = (Descriptor.Of(MediaTypes.NonDistributableLayer, "here"u8.ToArray()), Descriptor.Of(MediaTypes.NonDistributableLayer, "awaited"u8.ToArray()));
            var image = new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = Descriptor.Of(MediaTypes.OctetStream, "config"u8.ToArray()), Layers = [here, awaited] };
            var content = ManifestContent.Of(MediaTypes.ImageManifest, image.ToJson());
            await server.ExecuteAsync($"create schema {address.Schema}");
            using (var connector = new PostgresConnector(address, PostgresTimes.Default))
            using (var db = connector.Open(readOnly: false))
                db.InTransaction(() => Fill(db, content, here));

            await using var store = await PostgresMetadataStore.OpenAsync(address, TimeProvider.System, default);
            var registry = (await store.FindRegistryAsync("myregistry", default))!;
            var repository = new RepositoryKey(registry.Id, RepositoryName.Parse("samples/artifact"));

            Assert.Equal(content.Descriptor.Digest, Assert.Single(await store.ListManifestCandidatesAsync(TimeSpan.Zero, null, 10, default)).Digest);
            Assert.Equal(new DateTimeOffset(Once, TimeSpan.Zero), (await store.ListManifestPlacesAsync(content.Descriptor.Digest, 10, default))[0].Candidate);
            Assert.Null((await store.FindBlobStateAsync(repository, here.Digest, default))!.Candidate);
            Assert.Equal(CommitOutcome.InUse, await store.UnlinkBlobAsync(repository, here.Digest, default));
            Assert.Equal(CommitOutcome.Done, await store.LinkBlobAsync(repository, awaited.Digest, awaited.Size, DateTimeOffset.UnixEpoch, default));
            Assert.Equal(CommitOutcome.InUse, await store.UnlinkBlobAsync(repository, awaited.Digest, default));
        }
        finally
        {
            await server.DropAsync(address);
        }
    }

    private static int Fill(PostgresSession db, ManifestContent content, Descriptor blob)
    {
        foreach (var script in (string[])[Step1.Sql, Step2.Sql, Step3.Sql, Step4.Sql])
            db.ExecuteScript(script);
        db.ExecuteScript("create table schema (version integer not null); insert into schema (version) values (4)");
        var registry = db.Insert("insert into registry (name, created) values ('myregistry', ?1)", Once);
        var repository = db.Insert("insert into repository (registry, name, created, updated, manifest_count) values (?1, 'samples/artifact', ?2, ?2, 1)", registry, Once);
        var descriptor = content.Descriptor;
        var manifest = db.Insert(
            "insert into manifest (repository, digest, media_type, size, created, updated, image_size) values (?1, ?2, ?3, ?4, ?5, ?5, 0)",
            repository, Columns.Of(descriptor.Digest), descriptor.MediaType.ToString(), descriptor.Size, Once);
        db.Execute("insert into manifest_content (manifest, bytes) values (?1, ?2)", manifest, Columns.Of(content.Bytes));
        var row = db.Insert("insert into blob (digest, size, candidate) values (?1, ?2, ?3)", Columns.Of(blob.Digest), blob.Size, Once);
        return db.Execute("insert into blob_link (repository, blob) values (?1, ?2)", repository, row);
    }
}
