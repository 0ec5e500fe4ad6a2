using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Postgres;
using Gantry.Server.Metadata.Sql;
using Gantry.Testing.Metadata;

namespace Gantry.Server.Tests.Metadata.Postgres;

public sealed class PostgresMetadataStoreTests : RowHoldContract
{
    private PostgresAddress? _address;

    protected override async ValueTask<IMetadataStore> OpenAsync()
    {
        _address ??= (await PostgresServer.SharedAsync()).NewSchema();
        return await PostgresMetadataStore.OpenAsync(_address, TimeProvider.System, default);
    }

    /// <summary>The database's own clock is nobody's to move.</summary>
    protected override ValueTask LetPassAsync(TimeSpan time) => new(Task.Delay(time));

    protected override async ValueTask SpoilAsync(string sql) => await ((SqlMetadataStore)Store).WriteAsync(
        transaction =>
        {
            transaction.Db.ExecuteScript(sql);
            return 0;
        },
        default);

    protected override async ValueTask RemoveAsync()
    {
        if (_address is not null)
            await (await PostgresServer.SharedAsync()).DropAsync(_address);
    }
}
