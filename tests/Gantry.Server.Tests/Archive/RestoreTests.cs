using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Hosting;
using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Server.Storage;
using Gantry.Server.Tests.Storage.S3;
using Gantry.Testing;

namespace Gantry.Server.Tests.Archive;

/// <summary>A backup that comes into stores which something was done to before.</summary>
public class RestoreTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly Descriptor Blob = Descriptor.Of(MediaTypes.OctetStream, "one"u8);

    private readonly TemporaryFolder _folder = new();
    private Corner? _corner;
    private BackupFolder? _backup;

    /// <summary>SQLite and files here; the other three are what derives from the tests.</summary>
    protected virtual Corner Corner() => Testing.Corner.Local();

    public async ValueTask InitializeAsync()
    {
        _corner = Corner();
        _backup = BackupFolder.Create(_folder.Join("backup"));
        await using var source = await SqliteMetadataStore.OpenAsync(_folder.Join("source.db"), TimeProvider.System, default);
        var key = new RepositoryKey((await source.EnsureRegistryAsync("myregistry", Monday, default)).Id, RepositoryName.Parse("a"));
        await source.LinkBlobAsync(key, Blob.Digest, Blob.Size, Monday, default);
        await source.EnsureSecretAsync("tenant", "the backup's"u8.ToArray(), default);
        using var dump = new MemoryStream();
        await source.WriteDumpAsync(dump, Monday, default);
        dump.Position = 0;
        await _backup.TakeDumpAsync(dump, default);
        await _backup.StoreAsync(Assert.Single(_backup.ListObjects(isNew: true)), new MemoryStream("one"u8.ToArray()), default);
        _backup.Commit();
    }

    public async ValueTask DisposeAsync()
    {
        await _backup!.DisposeAsync();
        await _corner!.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_a_start_left_that_came_to_no_registry_gives_way_to_a_backup()
    {
        await using (var stores = await ServerStores.OpenToServeAsync(await OptionsAsync(), TimeProvider.System, default))
        {
            await stores.Metadata.EnsureSecretAsync("tenant", "the start's"u8.ToArray(), default);
            await stores.Metadata.EnsureSecretAsync("another", "the start's"u8.ToArray(), default);
            await stores.Metadata.AddSigningKeyAsync(new SigningKeyRecord("left", "key"u8.ToArray(), Monday), DateTimeOffset.MinValue, default);
        }

        Assert.True((await Restoring.RunAsync(_backup!, await OptionsAsync(), damagedAllowed: false, default)).IsLoaded);

        await using var restored = await ServerStores.OpenToServeAsync(await OptionsAsync(), TimeProvider.System, default);
        Assert.Equal("the backup's"u8.ToArray(), (await restored.Metadata.FindSecretAsync("tenant", default))!.Value.ToArray());
        Assert.Null(await restored.Metadata.FindSecretAsync("another", default));
        Assert.Empty(await restored.Metadata.ListSigningKeysAsync(default));
    }

    [Fact]
    public async Task A_store_that_is_not_the_databases_is_refused_before_a_blob_is_copied()
    {
        await (await ServerStores.OpenToServeAsync(await OptionsAsync(), TimeProvider.System, default)).DisposeAsync();
        await using (var driver = await _corner!.OpenDriverAsync())
            await driver.PutAsync(BlobPaths.StoreId, new MemoryStream(System.Text.Encoding.ASCII.GetBytes(new string('5', 32))), default);

        await Assert.ThrowsAsync<ServerOptionsException>(async () => await Restoring.RunAsync(_backup!, await OptionsAsync(), damagedAllowed: false, default));

        await AssertNothingCopiedAsync();
    }

    [Fact]
    public async Task A_backup_of_another_schema_is_refused_before_a_blob_is_copied()
    {
        var path = _folder.Join("backup/dump.jsonl");
        var lines = await File.ReadAllLinesAsync(path);
        lines[0] = """{"gantryDump":1,"schema":1,"taken":"2026-01-01T00:00:00Z"}""";
        var body = string.Concat(lines[..^1].Select(line => line + "\n"));
        var sum = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(body)));
        await File.WriteAllTextAsync(path, $"{body}{{\"rows\":{lines.Count(line => line.StartsWith('['))},\"sha256\":\"{sum}\"}}\n");

        var refused = await Assert.ThrowsAsync<InvalidDataException>(async () => await Restoring.RunAsync(_backup!, await OptionsAsync(), damagedAllowed: false, default));

        Assert.Contains("schema 1", refused.Message, StringComparison.Ordinal);
        await AssertNothingCopiedAsync();
    }

    [Fact]
    public async Task A_database_with_a_registry_is_refused_before_a_blob_is_copied()
    {
        await using (var metadata = await _corner!.OpenMetadataAsync(TimeProvider.System))
            await metadata.EnsureRegistryAsync("myregistry", Monday, default);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Restoring.RunAsync(_backup!, await OptionsAsync(), damagedAllowed: false, default));

        await AssertNothingCopiedAsync();
    }

    private ValueTask<GantryServerOptions> OptionsAsync() => _corner!.ConfigureAsync(new GantryServerOptions { DataFolder = _corner.Folder });

    private async Task AssertNothingCopiedAsync()
    {
        await using var driver = await _corner!.OpenDriverAsync();
        Assert.Null(await driver.StatAsync(BlobPaths.Blob(Blob.Digest), default));
    }
}

public sealed class RestoreOnPostgresTests : RestoreTests
{
    protected override Corner Corner() => new(onPostgres: true, s3: null);
}

public sealed class RestoreOnPostgresInBucketTests(S3Store s3) : RestoreTests
{
    protected override Corner Corner() => new(onPostgres: true, s3.Cluster);
}
