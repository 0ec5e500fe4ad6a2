using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Sql;
using Gantry.Server.Metadata.Sqlite;
using Gantry.Testing;
using Microsoft.Data.Sqlite;

namespace Gantry.Server.Tests.Metadata.Sqlite;

/// <summary>What the contract cannot see: settings, the log, the schema's version, and the files after a crash.</summary>
public sealed class SqliteDurabilityTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    private string Database => _folder.Join("gantry.db");

    public void Dispose() => _folder.Dispose();

    private static ValueTask<SqliteMetadataStore> OpenAsync(string path) => SqliteMetadataStore.OpenAsync(path, TimeProvider.System, default);

    [Fact]
    public async Task The_settings_that_durability_rests_on_are_in_force()
    {
        await using var store = await OpenAsync(Database);

        Assert.Equal((2, 1, 0, 0), await store.WriteAsync(transaction => Settings(transaction.Db), default));
        Assert.Equal("wal", await store.WriteAsync(transaction => transaction.Db.First("pragma journal_mode", row => row.GetString(0)), default));
        // A lazy batch does not flush; the next one that is not lazy does again.
        Assert.Equal(1, (await store.WriteLazilyAsync(transaction => Settings(transaction.Db), default)).Synchronous);
        Assert.Equal(2, (await store.WriteAsync(transaction => Settings(transaction.Db), default)).Synchronous);

        var reader = await store.ReadAsync(Settings, default);
        Assert.Equal((0, 1), (reader.AutoCheckpoint, reader.QueryOnly));
        var refusal = await Assert.ThrowsAsync<SqliteException>(async () => await store.ReadAsync(db => db.Execute("delete from registry"), default));
        Assert.Equal(8, refusal.SqliteErrorCode);
    }

    private static (long Synchronous, long ForeignKeys, long AutoCheckpoint, long QueryOnly) Settings(SqlSession db) =>
        (db.Number("pragma synchronous")!.Value, db.Number("pragma foreign_keys")!.Value, db.Number("pragma wal_autocheckpoint")!.Value, db.Number("pragma query_only")!.Value);

    [Fact]
    public async Task The_engine_is_named_with_its_version_and_where_it_came_from()
    {
        await using var store = await OpenAsync(Database);

        Assert.StartsWith("SQLite 3.", store.Engine, StringComparison.Ordinal);
        Assert.True(store.Engine.EndsWith("(system)", StringComparison.Ordinal) || store.Engine.EndsWith("(bundled)", StringComparison.Ordinal), store.Engine);
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused_and_left_alone()
    {
        await using (var store = await OpenAsync(Database))
            await store.WriteAsync(transaction => transaction.Db.Execute("update schema set version = 999"), default);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(async () => await OpenAsync(Database));

        Assert.Contains("schema 999", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("newer Gantry", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Database, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_alone()
    {
        await File.WriteAllTextAsync(Database, new string('x', 5000));

        await Assert.ThrowsAnyAsync<Exception>(async () => await OpenAsync(Database));

        Assert.Equal(new string('x', 5000), await File.ReadAllTextAsync(Database));
    }

    [Fact]
    public async Task Closing_moves_the_log_into_the_database()
    {
        await using (var store = await OpenAsync(Database))
            await PushAsync(store, await RegisterAsync(store), 0);

        Assert.Equal([Database], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task The_database_and_its_log_are_the_servers_own_alone()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var store = await OpenAsync(Database);
        await PushAsync(store, await RegisterAsync(store), 0);

        var files = new DirectoryInfo(_folder.Path).GetFiles();
        Assert.Equal(3, files.Length);
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode));
    }

    [Fact]
    public async Task A_failed_operation_is_rolled_back_alone_and_raises_no_epoch()
    {
        await using var store = await OpenAsync(Database);
        var registry = await RegisterAsync(store);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await store.WriteAsync<int>(
            transaction =>
            {
                transaction.Db.Execute("update registry set name = 'spoiled'");
                transaction.Raise(registry);
                throw new InvalidDataException("halfway");
            }, default));

        Assert.NotNull(await store.FindRegistryAsync("myregistry", default));
        Assert.Equal(1, await store.ReadEpochAsync(registry, default));
        await PushAsync(store, registry, 1);
    }

    [Fact]
    public async Task After_an_io_error_nothing_is_written_but_everything_is_read()
    {
        await using var store = await OpenAsync(Database);
        var registry = await RegisterAsync(store);
        await PushAsync(store, registry, 1);

        await Assert.ThrowsAsync<IOException>(async () => await store.WriteAsync<int>(_ => throw new SqliteException("disk I/O error", 10), default));

        await Assert.ThrowsAsync<IOException>(() => PushAsync(store, registry, 2));
        await Assert.ThrowsAsync<IOException>(async () => await store.CheckAsync(default));
        Assert.NotNull(await store.FindTagAsync(Key(registry), TagOf(1), default));
        Assert.Null(await store.FindTagAsync(Key(registry), TagOf(2), default));
    }

    [Fact]
    public async Task A_full_database_refuses_what_does_not_fit_and_goes_on_once_there_is_room()
    {
        await using var store = await OpenAsync(Database);
        var registry = await RegisterAsync(store);
        await PushAsync(store, registry, 1);
        var pages = await store.ReadAsync(db => db.Number("pragma page_count"), default);
        await store.WriteAsync(transaction => transaction.Db.Number($"pragma max_page_count = {pages}"), default);
        var large = ManifestContent.Of(MediaTypes.ImageManifest, new byte[100_000]);

        await Assert.ThrowsAnyAsync<Exception>(async () => await store.CommitManifestAsync(Commit(registry, large, 2), default));
        Assert.Null(await store.FindTagAsync(Key(registry), TagOf(2), default));
        Assert.NotNull(await store.FindTagAsync(Key(registry), TagOf(1), default));

        await store.WriteAsync(transaction => transaction.Db.Number("pragma max_page_count = 1000000"), default);
        Assert.Equal(CommitOutcome.Done, (await store.CommitManifestAsync(Commit(registry, large, 2), default)).Outcome);
    }

    [Fact]
    public async Task What_was_answered_is_in_a_copy_of_the_files_that_was_taken_in_the_middle()
    {
        var answered = new List<int>();
        await using var store = await OpenAsync(Database);
        var registry = await RegisterAsync(store);
        for (var copy = 0; copy < 5; copy++)
        {
            for (var i = 0; i < 40; i++)
            {
                var number = (copy * 40) + i;
                await PushAsync(store, registry, number);
                answered.Add(number);
            }

            // What a killed process leaves: the database and the log as they are now, without the shared memory.
            var folder = Directory.CreateDirectory(_folder.Join($"copy{copy}")).FullName;
            foreach (var suffix in new[] { "", "-wal" })
                await CopySharedAsync(Database + suffix, Path.Join(folder, "gantry.db" + suffix));

            await using var revived = await OpenAsync(Path.Join(folder, "gantry.db"));
            foreach (var number in answered)
                Assert.Equal(Content(number).Descriptor.Digest, (await revived.FindTagAsync(Key(registry), TagOf(number), default))!.Digest);
            Assert.Equal("ok", await revived.ReadAsync(db => db.First("pragma integrity_check", row => row.GetString(0)), default));
            await PushAsync(revived, registry, 100_000);
        }
    }

    private static async Task CopySharedAsync(string from, string to)
    {
        await using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        await using var target = new FileStream(to, FileMode.CreateNew);
        await source.CopyToAsync(target);
    }

    [Fact]
    public async Task Reads_writes_and_checkpoints_at_once_lose_nothing()
    {
        // A checkpoint after every batch, where it comes every 8 MiB otherwise.
        await using var store = await SqliteMetadataStore.OpenAsync(Database, TimeProvider.System, checkpointPages: 1, default);
        var registry = await RegisterAsync(store);
        using var clock = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var highest = -1;

        var writers = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            var count = 0;
            for (; !clock.IsCancellationRequested; count++)
            {
                await PushAsync(store, registry, (worker * 1_000_000) + count);
                if (worker == 0)
                    Volatile.Write(ref highest, count);
            }
            return (worker, count);
        })).ToList();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!clock.IsCancellationRequested)
            {
                var known = Volatile.Read(ref highest);
                if (known >= 0)
                    Assert.NotNull(await store.FindManifestAsync(Key(registry), TagOf(known), default));
                await store.ListTagsAsync(Key(registry), null, new ListPage(null, 50, ListOrder.TimeDescending), default);
            }
        })).ToList();
        await Task.WhenAll(readers);
        foreach (var (worker, count) in await Task.WhenAll(writers))
        {
            for (var i = 0; i < count; i++)
                Assert.NotNull(await store.FindTagAsync(Key(registry), TagOf((worker * 1_000_000) + i), default));
        }
        Assert.Equal("ok", await store.ReadAsync(db => db.First("pragma integrity_check", row => row.GetString(0)), default));
    }

    [Fact]
    public async Task The_log_stays_short_under_a_long_run_of_writes()
    {
        await using var store = await OpenAsync(Database);
        var registry = await RegisterAsync(store);
        var padding = new byte[200_000];
        for (var i = 0; i < 200; i++)
        {
            var content = ManifestContent.Of(MediaTypes.ImageManifest, (byte[])[.. BitConverter.GetBytes(i), .. padding]);
            await store.CommitManifestAsync(Commit(registry, content, i), default);
        }

        // Forty MiB went through it; it is taken back every eight.
        Assert.InRange(new FileInfo(Database + "-wal").Length, 1, 16 << 20);
    }

    [Theory]
    [InlineData(ListOrder.Name)]
    [InlineData(ListOrder.TimeAscending)]
    [InlineData(ListOrder.TimeDescending)]
    public async Task A_page_of_tags_is_read_from_an_index(ListOrder order)
    {
        await using var store = await OpenAsync(Database);
        var sql = $"explain query plan select t.name from tag t where t.repository = {SqlRepositories.IdOfVisible} {KeysetPage.Clause(order, "t.updated", "t.name")}";
        object?[] values = order is ListOrder.Name ? [1L, "r", "a", 10L] : [1L, "r", 0L, "a", 10L];

        var plan = await store.ReadAsync(db => db.All(sql, row => row.GetString(3), values), default);

        // Only entries of one and the same time may be sorted after they were read.
        Assert.Contains(plan, line => line.StartsWith("SEARCH", StringComparison.Ordinal) && line.Contains("repository=?", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, line => line.StartsWith("SCAN", StringComparison.Ordinal) || line == "USE TEMP B-TREE FOR ORDER BY");
    }

    [Fact]
    public async Task A_blob_is_a_candidate_for_collection_exactly_while_no_manifest_names_it()
    {
        await using var store = await OpenAsync(Database);
        var registry = await RegisterAsync(store);
        var (blob, other) = (Descriptor.Of(MediaTypes.OctetStream, "blob"u8), Key(registry) with { Name = RepositoryName.Parse("samples/other") });
        await store.LinkBlobAsync(Key(registry), blob.Digest, blob.Size, Now, default);
        var linked = await CandidateAsync();
        await store.MountBlobAsync(other, Key(registry).Name, blob.Digest, Now.AddMinutes(1), default);
        Assert.True(linked > 0 && await CandidateAsync() > linked);

        var here = Commit(registry, Content(1), 1) with { Blobs = [blob] };
        await store.CommitManifestAsync(here, default);
        await store.CommitManifestAsync(here with { Repository = other }, default);
        await store.LinkBlobAsync(other, blob.Digest, blob.Size, Now.AddMinutes(2), default);
        Assert.Equal(0, await CandidateAsync());

        await store.DeleteManifestAsync(Key(registry), here.Content.Descriptor.Digest, withReferrers: false, default);
        Assert.Equal(0, await CandidateAsync());
        await store.DeleteRepositoryAsync(other, default);
        Assert.True(await CandidateAsync() > 0);

        // Two manifests that came before the blob, as a sparse registry takes them.
        await store.CommitManifestAsync(here with { Blobs = [], Awaited = [blob.Digest] }, default);
        await store.CommitManifestAsync(Commit(registry, Content(2), 2) with { Awaited = [blob.Digest] }, default);
        await store.LinkBlobAsync(Key(registry), blob.Digest, blob.Size, Now.AddMinutes(3), default);
        Assert.Equal(0, await CandidateAsync());
        await store.DeleteManifestAsync(Key(registry), here.Content.Descriptor.Digest, withReferrers: false, default);
        Assert.Equal(0, await CandidateAsync());
        await store.DeleteRepositoryAsync(Key(registry), default);
        Assert.True(await CandidateAsync() > 0);

        async Task<long?> CandidateAsync() => await store.ReadAsync(db => db.Number("select candidate from blob"), default);
    }

    private static async Task<RegistryId> RegisterAsync(SqliteMetadataStore store) => (await store.EnsureRegistryAsync("myregistry", Now, default)).Id;

    private static RepositoryKey Key(RegistryId registry) => new(registry, RepositoryName.Parse("samples/artifact"));

    private static Tag TagOf(int number) => Tag.Parse($"t{number}");

    private static ManifestContent Content(int number) => ManifestContent.Of(MediaTypes.ImageManifest, BitConverter.GetBytes(number));

    private static ManifestCommit Commit(RegistryId registry, ManifestContent content, int number) => new()
    {
        Repository = Key(registry),
        Content = content,
        Tags = [TagOf(number)],
        Blobs = [],
        Manifests = [],
        ImageSize = 0,
        Now = Now,
    };

    private static async Task PushAsync(SqliteMetadataStore store, RegistryId registry, int number) =>
        Assert.Equal(CommitOutcome.Done, (await store.CommitManifestAsync(Commit(registry, Content(number), number), default)).Outcome);
}
