using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Sql;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Testing;
using Gantry.Testing.Metadata;

namespace Gantry.Server.Tests.Metadata.Sqlite;

/// <summary>Holds as rows where the clock can be moved. No server runs so: a process alone keeps its holds in memory.</summary>
public sealed class SqliteRowHoldMetadataStoreTests : RowHoldContract
{
    private readonly TemporaryFolder _folder = new();
    private readonly OffsetClock _clock = new();

    [Fact]
    public async Task Holds_that_dead_nodes_left_are_forgotten_by_the_next_sweep()
    {
        var (left, kept) = (Blob("left"), Blob("kept"));
        Assert.NotNull(await Store.HoldBlobAsync(left.Digest, TimeSpan.FromMinutes(1), default));
        Assert.NotNull(await Store.HoldBlobAsync(kept.Digest, TimeSpan.FromMinutes(3), default));
        _clock.Advance(TimeSpan.FromMinutes(2));

        var lease = await Store.TakeJobAsync("collect", "sweep", TimeSpan.FromMinutes(5), default);
        await Store.TakeCandidatesAsync(new SweepTerms { Lease = lease!, Grace = TimeSpan.Zero, Limit = 10, Lifetime = TimeSpan.FromMinutes(1) }, default);

        Assert.Equal([kept.Digest], await ((SqliteMetadataStore)Store).ReadAsync(db => db.All("select digest from blob_hold", row => row.Digest(0)), default));
    }

    protected override async ValueTask<IMetadataStore> OpenAsync() =>
        await SqliteMetadataStore.OpenAsync(_folder.Join("gantry.db"), _clock, new SqlBlobHolds(), default);

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
