using Gantry.Server.Metadata.Sqlite;
using Gantry.Testing;
using Microsoft.Data.Sqlite;

namespace Gantry.Server.Tests.Metadata.Sqlite;

/// <summary>What a commit that fails means, and in which words a store's failures leave it.</summary>
public sealed class SqliteFailureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _commits;
    private int _failAt = int.MaxValue;

    public void Dispose() => _folder.Dispose();

    private string Database => _folder.Join("gantry.db");

    private void Commit(SqliteSession db)
    {
        if (++_commits == _failAt)
            throw new SqliteException("disk I/O error", 10);
        SqliteWriter.Commit(db);
    }

    [Fact]
    public async Task A_commit_that_fails_refuses_its_whole_batch_settles_the_epochs_and_ends_writing()
    {
        await using (var store = await SqliteMetadataStore.OpenAsync(Database, TimeProvider.System, 1_000_000, Commit, default))
        {
            var registry = (await store.EnsureRegistryAsync("myregistry", DateTimeOffset.UnixEpoch, default)).Id;
            var before = await store.ReadEpochAsync(registry, default);
            using var gate = new ManualResetEventSlim();
            _failAt = _commits + 2;
            var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var holding = store.WriteAsync(
                _ =>
                {
                    begun.SetResult();
                    return gate.Wait(TimeSpan.FromSeconds(30));
                }, default).AsTask();
            await begun.Task;
            // Both wait while the first batch runs, so they are the second one.
            var batch = new[] { "one", "two" }.Select(name => store.WriteAsync(
                transaction =>
                {
                    transaction.Raise(registry);
                    return transaction.Db.Execute("insert into secret (name, value) values (?1, x'00')", name);
                }, default).AsTask()).ToList();
            gate.Set();

            Assert.True(await holding);
            foreach (var refused in batch)
                Assert.Contains("wrote nothing", (await Assert.ThrowsAsync<IOException>(() => refused)).Message, StringComparison.Ordinal);
            var epoch = await store.ReadEpochAsync(registry, default);
            Assert.True(epoch > before);
            Assert.Equal(epoch, await store.ReadEpochAsync(registry, default));
            Assert.Equal(0, await store.ReadAsync(db => db.Number("select count(*) from secret"), default));
            await Assert.ThrowsAsync<IOException>(async () => await store.WriteAsync(_ => 0, default));
            await Assert.ThrowsAsync<IOException>(async () => await store.CheckAsync(default));
        }

        // Closing wrote nothing more: the log is there for the next start.
        Assert.True(new FileInfo(Database + "-wal").Length > 0);
        await using var revived = await SqliteMetadataStore.OpenAsync(Database, TimeProvider.System, default);
        Assert.NotNull(await revived.FindRegistryAsync("myregistry", default));
    }

    [Fact]
    public async Task Only_a_database_whose_pages_are_broken_is_said_to_be_replaced()
    {
        await File.WriteAllTextAsync(Database, new string('x', 8192));
        var broken = await Assert.ThrowsAsync<IOException>(async () => await SqliteMetadataStore.OpenAsync(Database, TimeProvider.System, default));
        Assert.Contains("admin rebuild", broken.Message, StringComparison.Ordinal);

        File.Delete(Database);
        await (await SqliteMetadataStore.OpenAsync(Database, TimeProvider.System, default)).DisposeAsync();
        Directory.CreateDirectory(Database + "-wal");
        var hindered = await Assert.ThrowsAsync<IOException>(async () => await SqliteMetadataStore.OpenAsync(Database, TimeProvider.System, default));
        Assert.Contains("rights", hindered.Message, StringComparison.Ordinal);
        foreach (var code in (int[])[5, 6, 8, 10, 13, 14])
            Assert.DoesNotContain("admin", SqliteFailure.AdviceOn(new SqliteException("failed", code)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_cannot_be_opened_is_not_kept_open()
    {
        if (!OperatingSystem.IsLinux())
            return;
        await File.WriteAllTextAsync(Database, new string('x', 8192));

        Assert.Throws<SqliteException>(() => SqliteSession.OpenWriter(Database));
        Assert.Throws<SqliteException>(() => SqliteSession.OpenReader(Database));

        Assert.DoesNotContain(Database, Directory.GetFiles("/proc/self/fd").Select(each => new FileInfo(each).LinkTarget));
    }

    [Fact]
    public async Task What_the_disk_does_is_an_io_error_and_what_the_program_does_is_not()
    {
        await using var store = await SqliteMetadataStore.OpenAsync(Database, TimeProvider.System, default);

        await Assert.ThrowsAsync<IOException>(async () => await store.ReadAsync<int>(_ => throw new SqliteException("database is locked", 5), default));
        await Assert.ThrowsAsync<IOException>(async () => await store.WriteAsync<int>(_ => throw new SqliteException("database or disk is full", 13), default));
        await Assert.ThrowsAsync<SqliteException>(async () => await store.ReadAsync(db => db.Number("select nothing from nowhere"), default));
        await Assert.ThrowsAsync<SqliteException>(async () => await store.WriteAsync(transaction => transaction.Db.Number("select nothing from nowhere"), default));
    }
}
