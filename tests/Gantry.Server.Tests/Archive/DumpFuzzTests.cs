using Gantry.Server.Archive;
using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Sql;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Testing;
using Microsoft.Data.Sqlite;

namespace Gantry.Server.Tests.Archive;

/// <summary>Dumps that were torn or altered, and whether a dump leaves nothing out.</summary>
public sealed class DumpFuzzTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_dump_that_was_torn_or_altered_anywhere_is_refused()
    {
        var whole = await TakeAsync();
        Assert.Equal(3, DumpReader.Verify(new MemoryStream(whole)).Rows);
        for (var length = 0; length < whole.Length; length += 7)
            Assert.Throws<InvalidDataException>(() => DumpReader.Verify(new MemoryStream(whole, 0, length)));
        Seeded.Rounds(0xD0B, 3000, chance =>
        {
            var altered = chance.Mutate(whole);
            if (!altered.AsSpan().SequenceEqual(whole))
                Assert.Throws<InvalidDataException>(() => DumpReader.Verify(new MemoryStream(altered)));
        });
    }

    [Fact]
    public async Task Rows_are_read_or_refused_whatever_stands_in_them()
    {
        var whole = await TakeAsync();
        var read = 0;
        Seeded.Rounds(0xD0C, 3000, chance =>
        {
            try
            {
                read += DumpReader.ReadRows(new MemoryStream(chance.Mutate(whole))).Count();
            }
            catch (InvalidDataException)
            {
                // What is no row is said to be none.
            }
        });
        Assert.NotEqual(0, read);
    }

    [Fact]
    public void Ids_of_backups_are_the_servers_own_or_none() => Seeded.Rounds(0xD0D, 5000, chance =>
    {
        var text = chance.Text(["0123456789abcdef0123456789abcdef", "-", "1", "9223372036854775807", "\n", "é", " "], 4);
        if (Backups.TryParse(text, out var lease))
            Assert.Equal(text, $"{lease.Holder["backup ".Length..]}-{text[33..]}");
    });

    [Fact]
    public async Task Every_table_of_the_schema_is_dumped_or_left_out_by_name()
    {
        await TakeAsync();
        await using var connection = new SqliteConnection($"Data Source={_folder.Join("gantry.db")};Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'";
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
            Assert.Contains(row.GetString(0), SqlDump.TableNames.Concat(SqlDump.LeftOut));
    }

    [Fact]
    public async Task A_dump_restores_into_an_empty_store_and_dumps_the_same_again()
    {
        var whole = await TakeAsync();
        await using var second = await SqliteMetadataStore.OpenAsync(_folder.Join("second.db"), TimeProvider.System, default);
        Assert.Equal(CommitOutcome.Done, await second.LoadDumpAsync(new MemoryStream(whole), [], default));
        using var again = new MemoryStream();
        await second.WriteDumpAsync(again, DateTimeOffset.UnixEpoch, default);
        Assert.Equal(whole, again.ToArray());
        Assert.NotEqual(1, (await second.EnsureRegistryAsync("third", DateTimeOffset.UnixEpoch, default)).Id.Value);
    }

    private async Task<byte[]> TakeAsync()
    {
        await using var store = await SqliteMetadataStore.OpenAsync(_folder.Join("gantry.db"), TimeProvider.System, default);
        await store.EnsureRegistryAsync("first", DateTimeOffset.UnixEpoch, default);
        await store.EnsureRegistryAsync("second", DateTimeOffset.UnixEpoch, default);
        await store.EnsureSecretAsync("secret", new byte[] { 7 }, default);
        using var dump = new MemoryStream();
        await store.WriteDumpAsync(dump, DateTimeOffset.UnixEpoch, default);
        return dump.ToArray();
    }
}
