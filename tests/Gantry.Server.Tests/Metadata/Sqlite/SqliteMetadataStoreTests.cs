using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Sql;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Testing;
using Gantry.Testing.Metadata;

namespace Gantry.Server.Tests.Metadata.Sqlite;

public sealed class SqliteMetadataStoreTests : MetadataStoreContract
{
    private readonly TemporaryFolder _folder = new();
    private readonly OffsetClock _clock = new();

    protected override async ValueTask<IMetadataStore> OpenAsync() => await SqliteMetadataStore.OpenAsync(_folder.Join("gantry.db"), _clock, default);

    protected override ValueTask LetPassAsync(TimeSpan time)
    {
        _clock.Advance(time);
        return ValueTask.CompletedTask;
    }

    protected override async ValueTask SpoilAsync(string sql) => await ((SqlMetadataStore)Store).WriteAsync(
        transaction =>
        {
            transaction.Db.ExecuteScript(sql);
            return 0;
        },
        default);

    protected override ValueTask RemoveAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
