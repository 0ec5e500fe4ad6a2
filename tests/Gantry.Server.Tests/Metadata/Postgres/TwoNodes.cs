using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Postgres;
using Gantry.Server.Registry;
using Gantry.Server.Storage.FileSystem;
using Gantry.Testing;
using Gantry.Testing.Metadata;

namespace Gantry.Server.Tests.Metadata.Postgres;

/// <summary>Two nodes on one database and one folder of blobs, each with the rules of the registry and the caches of its own.</summary>
internal sealed class TwoNodes : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PostgresServer _server;
    private readonly PostgresAddress _address;

    private TwoNodes(PostgresServer server) => (_server, _address) = (server, server.NewSchema());

    public IReadOnlyList<PostgresMetadataStore> Stores { get; private set; } = [];

    public IReadOnlyList<RegistryContent> Contents { get; private set; } = [];

    public RegistryRecord Registry { get; private set; } = null!;

    public static async Task<TwoNodes> StartAsync()
    {
        var nodes = new TwoNodes(await PostgresServer.SharedAsync());
        var driver = new FileSystemBlobDriver(nodes._folder.Path);
        // Both at once: the schema is made by one of them.
        nodes.Stores = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => PostgresMetadataStore.OpenAsync(nodes._address, TimeProvider.System, default).AsTask()));
        nodes.Contents = [.. nodes.Stores.Select(store => new RegistryContent(store, driver, RegistryLimits.Default, TimeProvider.System))];
        nodes.Registry = await nodes.Stores[0].EnsureRegistryAsync("myregistry", TimeProvider.System.GetUtcNow(), default);
        return nodes;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in Stores)
            await store.DisposeAsync();
        await _server.DropAsync(_address);
        _folder.Dispose();
    }
}
