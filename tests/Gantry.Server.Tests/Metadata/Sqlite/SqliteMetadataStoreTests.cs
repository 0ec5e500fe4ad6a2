using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Testing;
using Gantry.Testing.Metadata;

namespace Gantry.Server.Tests.Metadata.Sqlite;

public sealed class SqliteMetadataStoreTests : MetadataStoreContract
{
    private readonly TemporaryFolder _folder = new();

    protected override async ValueTask<IMetadataStore> OpenAsync() => await SqliteMetadataStore.OpenAsync(_folder.Join("gantry.db"), TimeProvider.System, default);

    protected override ValueTask RemoveAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
