using Gantry.Protocol.Oci;
using Gantry.Server.Hosting;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Server.Storage;
using Gantry.Server.Storage.FileSystem;
using Gantry.Testing;

namespace Gantry.Server.Tests.Hosting;

/// <summary>A database knows the store that its blobs are in.</summary>
public sealed class StoreBindingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_start_with_another_store_is_refused_and_the_right_one_still_starts()
    {
        await StartAndStopAsync("data", "blobs");

        var failure = await Assert.ThrowsAsync<ServerOptionsException>(() => StartAndStopAsync("data", "elsewhere"));

        Assert.Contains("check --blobs", failure.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Join("elsewhere"), failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Join(_folder.Path, "elsewhere", "store-id")));
        await StartAndStopAsync("data", "blobs");
    }

    [Fact]
    public async Task A_store_of_another_database_is_refused()
    {
        await StartAndStopAsync("data", "blobs");
        await StartAndStopAsync("data2", "blobs2");

        var failure = await Assert.ThrowsAsync<ServerOptionsException>(() => StartAndStopAsync("data", "blobs2"));

        Assert.Contains("belong to another database", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_lost_its_id_is_mended_as_the_message_says()
    {
        await StartAndStopAsync("data", "blobs");
        var path = Path.Join(_folder.Path, "blobs", "store-id");
        var id = (await File.ReadAllTextAsync(path)).Trim();
        File.Delete(path);

        var failure = await Assert.ThrowsAsync<ServerOptionsException>(() => StartAndStopAsync("data", "blobs"));

        Assert.Contains($"put {id} there", failure.Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, id);
        await StartAndStopAsync("data", "blobs");
    }

    [Fact]
    public async Task A_database_that_was_made_anew_takes_the_id_of_its_store()
    {
        await StartAndStopAsync("data", "blobs");
        var id = await File.ReadAllTextAsync(Path.Join(_folder.Path, "blobs", "store-id"));

        await StartAndStopAsync("data2", "blobs");

        Assert.Equal(id, await File.ReadAllTextAsync(Path.Join(_folder.Path, "blobs", "store-id")));
        await Assert.ThrowsAsync<ServerOptionsException>(() => StartAndStopAsync("data2", "elsewhere"));
    }

    [Fact]
    public async Task A_start_whose_database_was_lost_is_refused_and_leaves_the_way_free_for_a_rebuild()
    {
        await StartAndStopAsync("data", "blobs");
        await PutBlobAsync("blobs");
        var database = _folder.Join("data/gantry.db");
        File.Move(database, _folder.Join("kept"));

        var failure = await Assert.ThrowsAsync<ServerOptionsException>(() => StartAndStopAsync("data", "blobs"));

        foreach (var way in (string[])["admin restore", "admin rebuild", "another place"])
            Assert.Contains(way, failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(database));
        File.Copy(_folder.Join("kept"), database);
        await StartAndStopAsync("data", "blobs");

        File.Delete(database);
        File.Delete(_folder.Join("owner-data.json"));
        await Rebuilding.RunAsync(OptionsOf("data", "blobs"), null, force: false, TimeProvider.System, default);
        await StartAndStopAsync("data", "blobs");
    }

    [Fact]
    public async Task A_new_server_is_not_given_the_blobs_of_another_one()
    {
        await StartAndStopAsync("data", "blobs");
        await PutBlobAsync("blobs");
        await using (await SqliteMetadataStore.OpenAsync(Directory.CreateDirectory(_folder.Join("staging")) + "/gantry.db", TimeProvider.System, default))
        {
            // An empty one that is there already, as after a schema was made by hand.
        }

        var failure = await Assert.ThrowsAsync<ServerOptionsException>(() => StartAndStopAsync("staging", "blobs"));

        Assert.Contains("check --database and --blobs", failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(_folder.Join("blobs"), failure.Message, StringComparison.Ordinal);
        await StartAndStopAsync("data", "blobs");
        await StartAndStopAsync("staging", "blobs2");
    }

    [Fact]
    public async Task What_is_no_id_is_refused_and_kept()
    {
        await StartAndStopAsync("data", "blobs");
        var path = Path.Join(_folder.Path, "blobs", "store-id");
        await File.WriteAllTextAsync(path, "something else");

        await Assert.ThrowsAsync<ServerOptionsException>(() => StartAndStopAsync("data", "blobs"));

        Assert.Equal("something else", await File.ReadAllTextAsync(path));
    }

    private async Task PutBlobAsync(string blobs)
    {
        await using var driver = new FileSystemBlobDriver(_folder.Join(blobs));
        await driver.PutAsync(BlobPaths.Blob(Digest.Of("one"u8)), new MemoryStream("one"u8.ToArray()), default);
    }

    private async Task StartAndStopAsync(string data, string blobs)
    {
        await using var server = await GantryServer.StartAsync(OptionsOf(data, blobs));
    }

    private GantryServerOptions OptionsOf(string data, string blobs) => new()
    {
        DataFolder = _folder.Join(data),
        Blobs = BlobsAddress.TryParse(_folder.Join(blobs), out var address, out var problem) ? address : throw new FormatException(problem),
        Listen = [new ListenAddress(Secure: false, "localhost", Port: 0, Registry: null)],
        Name = "myregistry",
        CredentialsFile = _folder.Join($"owner-{data}.json"),
    };
}
