using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Hosting;
using Gantry.Server.Metadata;
using Gantry.Server.Storage;
using Gantry.Testing;

namespace Gantry.Server.Tests.Hosting;

/// <summary>A database that knows no store, as one that is new or of a version before, takes none with the blobs of somebody else.</summary>
public class OwnBlobsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private Corner? _corner;
    private IMetadataStore? _metadata;
    private IBlobDriver? _driver;

    /// <summary>SQLite and files here; the other three are what derives from the tests.</summary>
    protected virtual Corner Corner() => Testing.Corner.Local();

    public async ValueTask InitializeAsync()
    {
        _corner = Corner();
        _metadata = await _corner.OpenMetadataAsync(TimeProvider.System);
        _driver = await _corner.OpenDriverAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _metadata!.DisposeAsync();
        await _driver!.DisposeAsync();
        await _corner!.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Of_many_that_bind_a_new_pair_at_once_one_draws_the_id_and_a_push_to_it_refuses_none()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await BindAsync();
            await NameAsync("pushed", isThere: true);
        }));

        Assert.Equal(Convert.ToHexStringLower((await _metadata!.FindSecretAsync(IRegistryStore.StoreIdName, default))!.Value.Span), await ReadIdAsync());
    }

    [Fact]
    public async Task A_database_that_names_no_blob_takes_a_store_with_an_id_and_none_with_blobs()
    {
        await PutIdAsync();
        await PutAsync("another's");

        var refused = await Assert.ThrowsAsync<ServerOptionsException>(async () => await BindAsync());

        Assert.Contains("the database is empty or new", refused.Message, StringComparison.Ordinal);
        Assert.Null(await _metadata!.FindSecretAsync(IRegistryStore.StoreIdName, default));
        await _driver!.DeleteAsync(PlaceOf("another's"), default);
        await BindAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_database_of_a_version_before_takes_no_store_without_its_blobs(bool hasId)
    {
        foreach (var i in Enumerable.Range(0, 20))
            await NameAsync($"mine {i}", isThere: false);
        if (hasId)
        {
            await PutIdAsync();
            await PutAsync("another's");
        }

        var refused = await Assert.ThrowsAsync<ServerOptionsException>(async () => await BindAsync());

        Assert.Contains("check --blobs and its prefix", refused.Message, StringComparison.Ordinal);
        Assert.Null(await _metadata!.FindSecretAsync(IRegistryStore.StoreIdName, default));
        Assert.Equal(hasId, await _driver!.StatAsync(BlobPaths.StoreId, default) is not null);
    }

    [Fact]
    public async Task A_database_of_a_version_before_takes_its_own_store_also_where_some_of_its_blobs_are_lost()
    {
        foreach (var i in Enumerable.Range(0, 3))
            await NameAsync($"lost {i}", isThere: false);
        await NameAsync("there", isThere: true);

        await BindAsync();

        Assert.NotNull(await _driver!.StatAsync(BlobPaths.StoreId, default));
    }

    [Fact]
    public async Task Blobs_that_are_known_to_be_damaged_need_not_be_there()
    {
        var lease = (await _metadata!.TakeJobAsync("scrub", "this test", TimeSpan.FromMinutes(1), default))!;
        foreach (var seed in (string[])["one", "two"])
        {
            await NameAsync(seed, isThere: false);
            var digest = Digest.Of(System.Text.Encoding.UTF8.GetBytes(seed));
            await _metadata.TakeDamagedAsync(lease, digest, TimeSpan.FromMinutes(1), default);
            await _metadata.SettleDamageAsync(lease, digest, whole: false, default);
        }

        await BindAsync();
    }

    private ValueTask BindAsync() => new StoreBinding(_metadata!, _driver!, TimeProvider.System).EnsureAsync("this place", isFilled: false, default);

    private async Task NameAsync(string seed, bool isThere)
    {
        if (isThere)
            await PutAsync(seed);
        var key = new RepositoryKey((await _metadata!.EnsureRegistryAsync("myregistry", Monday, default)).Id, RepositoryName.Parse("a"));
        await _metadata.LinkBlobAsync(key, Digest.Of(System.Text.Encoding.UTF8.GetBytes(seed)), seed.Length, Monday, default);
    }

    private async Task PutAsync(string seed) =>
        await _driver!.PutAsync(PlaceOf(seed), new MemoryStream(System.Text.Encoding.UTF8.GetBytes(seed)), default);

    private async Task PutIdAsync() =>
        await _driver!.PutAsync(BlobPaths.StoreId, new MemoryStream(System.Text.Encoding.ASCII.GetBytes(new string('5', 32))), default);

    private async Task<string> ReadIdAsync()
    {
        await using var content = await _driver!.OpenReadAsync(BlobPaths.StoreId, Protocol.Distribution.ByteRange.All, default);
        using var reader = new StreamReader(content!);
        return (await reader.ReadToEndAsync()).Trim();
    }

    private static BlobPath PlaceOf(string seed) => BlobPaths.Blob(Digest.Of(System.Text.Encoding.UTF8.GetBytes(seed)));
}
