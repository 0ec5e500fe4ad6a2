using Gantry.Protocol.Admin;
using Gantry.Protocol.Distribution;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata.Sql.Schema;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Testing;
using Microsoft.Data.Sqlite;

namespace Gantry.Server.Tests.Upkeep;

/// <summary>What is garbage and what only looks like it: layers nobody demands, manifests of pushes that go on.</summary>
public sealed class GarbageTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_layer_that_may_not_be_distributed_and_was_pushed_stays_as_long_as_its_manifest()
    {
        await using var room = await UpkeepRoom.OpenAsync(TimeSpan.Zero);
        var repository = room.Repository("samples/windows");
        var config = await room.UploadAsync(repository, "config"u8.ToArray());
        var pushed = await room.UploadAsync(repository, "pushed"u8.ToArray(), MediaTypes.NonDistributableLayerGzip);
        var absent = Descriptor.Of(MediaTypes.DockerForeignLayerGzip, "absent"u8);
        var image = await room.PushAsync(repository, "image", [config, pushed, absent], "1");

        Assert.Equal(0, (await room.CollectAsync()).Blobs);
        Assert.NotNull(await room.PullAsync(repository, pushed.Digest));
        await room.UploadAsync(repository, "absent"u8.ToArray());
        Assert.Equal(0, (await room.CollectAsync()).Blobs);
        Assert.Empty((await room.Checker.RunAsync(repair: false, _ => { }, default)).Findings);

        await room.Content.Manifests.DeleteAsync(repository, image.Digest, default);
        Assert.Equal(3, (await room.CollectAsync()).Blobs);
    }

    [Fact]
    public async Task A_database_of_a_program_that_did_not_count_such_layers_counts_them_from_now_on()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Join("gantry.db");
        var (pushed, absent) = (Descriptor.Of(MediaTypes.NonDistributableLayer, "pushed"u8), Descriptor.Of(MediaTypes.NonDistributableLayer, "absent"u8));
        var manifest = new ImageManifest { MediaType = MediaTypes.ImageManifest, Config = Descriptor.Of(MediaTypes.OctetStream, "config"u8), Layers = [pushed, absent] }.ToJson();
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"""
                {Step1.Sql}{Step2.Sql}{Step3.Sql}{Step4.Sql}
                create table schema (version integer not null);
                insert into schema (version) values (4);
                insert into registry (id, name, created) values (1, 'myregistry', 1);
                insert into repository (id, registry, name, created, updated) values (1, 1, 'samples/windows', 1, 1);
                insert into blob (id, digest, size, uses, candidate) values (1, {Key(pushed.Digest)}, 6, 0, 1);
                insert into blob_link (repository, blob) values (1, 1);
                insert into manifest (id, repository, digest, media_type, size, created, updated, image_size)
                  values (1, 1, {Key(Digest.Of(manifest))}, '{MediaTypes.ImageManifest}', {manifest.Length}, 1, 1, 12);
                insert into manifest_content (manifest, bytes) values (1, x'{Convert.ToHexString(manifest)}');
                """;
            command.ExecuteNonQuery();
        }

        await using var store = await SqliteMetadataStore.OpenAsync(path, TimeProvider.System, default);

        Assert.Empty(await store.ListCandidatesAsync(TimeSpan.Zero, null, 10, default));
        Assert.Equal(1, await store.ReadAsync(db => db.Number("select uses from blob") ?? -1, default));
        Assert.Equal(1, await store.ReadAsync(db => db.Number("select count(*) from manifest_blob") ?? -1, default));
        Assert.Equal(1, await store.ReadAsync(db => db.Number("select count(*) from manifest_awaits") ?? -1, default));
    }

    [Fact]
    public async Task Manifests_of_a_push_that_goes_on_have_the_whole_grace()
    {
        await using var room = await UpkeepRoom.OpenAsync(Hour);
        var repository = room.Repository("samples/one");
        var image = await room.PushAsync(repository, "image", [await room.UploadAsync(repository, "layer"u8.ToArray())]);

        Assert.Equal(0, (await room.Collector.CollectAsync(new CollectRequest { Untagged = true, DryRun = true }, _ => { }, default)).Manifests);
        Assert.Equal(0, (await room.Collector.CollectAsync(new CollectRequest { Untagged = true }, _ => { }, default)).Manifests);
        Assert.Equal(0, (await room.Collector.CollectAsync(new CollectRequest { Untagged = true, Grace = 0, OlderThan = 60 }, _ => { }, default)).Manifests);
        await room.PushIndexAsync(repository, "index", [image], "latest");
        await room.PushAsync(repository, "idle", [await room.UploadAsync(repository, "layer"u8.ToArray())]);

        Assert.Equal(1, (await room.CollectAsync(untagged: true)).Manifests);
        await room.DemandWholeAsync(repository, image.Digest);
    }

    [Fact]
    public async Task Whoever_is_told_of_a_manifest_by_digest_has_half_the_grace_to_name_it()
    {
        var clock = new ShiftedClock();
        await using var room = await UpkeepRoom.OpenAsync(Hour, clocks: new UpkeepRoom.Clocks { Content = clock });
        var repository = room.Repository("samples/one");
        var image = await room.PushAsync(repository, "image", [await room.UploadAsync(repository, "layer"u8.ToArray())]);
        var began = await SinceAsync(room);

        await room.Content.Manifests.FetchAsync(repository, image.Digest, default);
        Assert.Equal(began, await SinceAsync(room));
        // What is known of it comes from memory now, and must be asked anew in time.
        clock.Shift = Hour * 0.6;
        await room.Content.Manifests.FetchAsync(repository, image.Digest, default);
        Assert.True(await SinceAsync(room) > began);
    }

    [Fact]
    public async Task A_registry_without_deletion_collects_no_manifests()
    {
        await using var room = await UpkeepRoom.OpenAsync(TimeSpan.Zero, allowDelete: false);
        var repository = room.Repository("samples/one");
        var image = await room.PushAsync(repository, "image", [await room.UploadAsync(repository, "layer"u8.ToArray())]);
        await room.UploadAsync(repository, "idle"u8.ToArray());

        Assert.Equal(ErrorCode.Unsupported, (await Assert.ThrowsAsync<RegistryException>(() => room.CollectAsync(untagged: true))).Errors[0].Code);
        Assert.Equal(1, (await room.CollectAsync()).Blobs);
        await room.DemandWholeAsync(repository, image.Digest);
    }

    private static async Task<DateTimeOffset> SinceAsync(UpkeepRoom room) =>
        Assert.Single(await room.Store.ListManifestCandidatesAsync(TimeSpan.Zero, null, 10, default)).Since;

    private static string Key(Digest digest) => $"x'{Convert.ToHexString(Server.Metadata.Sql.Columns.Of(digest))}'";

    private sealed class ShiftedClock : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
    }
}
