using Gantry.Server.Metadata;
using Gantry.Server.Storage;

namespace Gantry.Server.Hosting;

/// <summary>What a server keeps on disk, opened together and closed in the opposite order.</summary>
internal sealed record ServerStores(IDisposable FolderLock, IMetadataStore Metadata, IBlobDriver Driver) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Metadata.DisposeAsync();
        await Driver.DisposeAsync();
        FolderLock.Dispose();
    }
}
