using Gantry.Client.Content;
using Gantry.Client.Files;
using Gantry.Testing.Content;

namespace Gantry.Client.Tests.Files;

public sealed class FileStoreContractTests : TargetContract, IAsyncDisposable
{
    private readonly Scratch _scratch = new();
    private readonly List<FileStore> _stores = [];

    protected override ValueTask<ITarget> OpenAsync()
    {
        var store = new FileStore(new FileStoreOptions { Root = _scratch.Root });
        _stores.Add(store);
        return new(store);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
            await store.DisposeAsync();
        _scratch.Dispose();
    }
}
