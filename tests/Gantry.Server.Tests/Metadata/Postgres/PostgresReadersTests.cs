using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Postgres;
using Gantry.Testing.Metadata;
using Npgsql;

namespace Gantry.Server.Tests.Metadata.Postgres;

/// <summary>Whatever ends a reader's connection, the reader goes on with another; and nobody waits for a database that says nothing longer than was promised.</summary>
public sealed class PostgresReadersTests : IAsyncLifetime
{
    private const string Backend = "select cast(pg_backend_pid() as bigint)";

    // Far more than any of them needs, and far less than an attempt for each of many reads.
    private static readonly TimeSpan NotMinutes = TimeSpan.FromSeconds(60);

    private static readonly PostgresTimes Times = new()
    {
        Idle = TimeSpan.FromSeconds(1), Lock = TimeSpan.FromSeconds(3), Answer = TimeSpan.FromSeconds(2), Statement = TimeSpan.FromSeconds(3), Unacknowledged = TimeSpan.FromSeconds(1),
    };

    private PostgresServer _server = null!;
    private PostgresAddress _address = null!;
    private CuttingProxy _proxy = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.SharedAsync();
        _address = _server.NewSchema() with { RetryFor = TimeSpan.FromSeconds(30), SslMode = SslMode.Disable };
        _proxy = new CuttingProxy(_address.Hosts[0]);
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _server.DropAsync(_address);
    }

    [Fact]
    public async Task Readers_whose_sessions_are_ended_between_reads_and_during_them_go_on()
    {
        await using var store = await OpenAsync(_address);
        using var together = new Barrier(_address.Readers);
        var between = await Task.WhenAll(Enumerable.Range(0, _address.Readers).Select(_ => store.ReadAsync(
            db =>
            {
                together.SignalAndWait();
                return db.Number(Backend)!.Value;
            },
            default).AsTask()));
        foreach (var backend in between)
            await EndAsync(backend);
        for (var i = 0; i < 10; i++)
            Assert.DoesNotContain((await store.ReadAsync(db => db.Number(Backend), default))!.Value, between);

        var begun = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var attempts = 0;
        var during = store.ReadAsync(
            db =>
            {
                attempts++;
                var backend = db.Number(Backend)!.Value;
                if (begun.TrySetResult(backend))
                    db.Number("select 1 from pg_sleep(2)");
                return backend;
            },
            default).AsTask();
        await EndAsync(await begun.Task);

        Assert.NotEqual(await begun.Task, await during);
        Assert.Equal(2, attempts);
    }

    [Theory]
    [InlineData("25P04")] // transaction_timeout, from PostgreSQL 17 on
    [InlineData("57P01")] // admin_shutdown
    [InlineData("57P04")] // database_dropped
    [InlineData("XX000")] // internal_error
    public async Task A_connection_that_the_server_ends_with_any_words_is_replaced(string code)
    {
        await using var store = await OpenAsync(Through(_proxy));
        await store.ReadAsync(db => db.Number("select 4"), default);

        var ended = _proxy.EndOnce("select 5", code);
        Assert.Equal(5, await store.ReadAsync(db => db.Number("select 5"), default));
        Assert.True(ended.IsCompleted);
        for (var i = 0; i < 10; i++)
            Assert.Equal(6, await store.ReadAsync(db => db.Number("select 6"), default));
    }

    [Theory]
    [InlineData("57P04", "insert into commit_mark")]
    [InlineData("57P04", "update registry")]
    public async Task A_write_at_which_the_server_ends_the_connection_with_any_words_is_done_once(string code, string statement)
    {
        await using var store = await OpenAsync(Through(_proxy));
        var registry = (await store.EnsureRegistryAsync("myregistry", TimeProvider.System.GetUtcNow(), default)).Id;

        var ended = _proxy.EndOnce(statement, code);
        Assert.Equal(1, await store.TakeRunNumberAsync(registry, default));
        Assert.True(ended.IsCompleted);
        Assert.Equal(2, await store.TakeRunNumberAsync(registry, default));
    }

    [Theory]
    [InlineData("XX001")] // data_corrupted
    [InlineData("58030")] // io_error
    [InlineData("53100")] // disk_full
    [InlineData("22012")] // division_by_zero: the program's fault
    public async Task A_failure_is_told_at_once_and_the_next_reads_and_writes_are_answered(string code)
    {
        await using var store = await OpenAsync(_address with { RetryFor = TimeSpan.FromMinutes(10) });
        foreach (var inTransaction in (bool[])[false, true])
        {
            var failure = await Assert.ThrowsAnyAsync<Exception>(async () => await store.ReadAsync(
                db =>
                {
                    int Fail()
                    {
                        db.ExecuteScript($"do $$ begin raise exception using errcode = '{code}'; end $$");
                        return 0;
                    }
                    return inTransaction ? db.InTransaction(Fail) : Fail();
                },
                default).AsTask().WaitAsync(NotMinutes));
            Assert.Equal(code, (failure as PostgresException ?? failure.InnerException as PostgresException)?.SqlState);
            Assert.Equal(code == "XX001", failure is DamagedDatabaseException);
            for (var i = 0; i < 10; i++)
                Assert.Equal(6, await store.ReadAsync(db => db.Number("select 6"), default));
        }
        var write = await Assert.ThrowsAnyAsync<Exception>(async () => await store.WriteAsync(
            transaction =>
            {
                transaction.Db.ExecuteScript($"do $$ begin raise exception using errcode = '{code}'; end $$");
                return 0;
            },
            default).AsTask().WaitAsync(NotMinutes));
        Assert.Equal(code, (write as PostgresException ?? write.InnerException as PostgresException)?.SqlState);
        Assert.Equal(code == "XX001", write is DamagedDatabaseException);
        await store.CheckAsync(default);
    }

    [Fact]
    public async Task A_snapshot_takes_its_time_whatever_limits_its_role_and_its_database_have()
    {
        await using var server = await PostgresServer.StartAsync();
        var address = server.Address with { SslMode = SslMode.Disable };
        foreach (var whose in (string[])[$"role {address.User}", $"database {address.Database}"])
        {
            await server.ExecuteAsync($"alter {whose} set statement_timeout = '400ms'");
            await server.ExecuteAsync($"alter {whose} set idle_in_transaction_session_timeout = '400ms'");
        }
        await using var store = await OpenAsync(address);
        using var never = new ManualResetEventSlim();

        // An ordinary read has this program's limits.
        Assert.Equal(1, await store.ReadAsync(db => db.Number("select 1 from pg_sleep(1)"), default));
        var (attempts, rows) = (0, 0);
        await store.ReadAsync(
            db => db.InSnapshot(() =>
            {
                (attempts, rows) = (attempts + 1, 0);
                // Longer than an answer is waited for elsewhere; longer than a transaction may be idle; longer than bytes may lie unread, and more of them than a socket holds.
                db.Number("select 1 from pg_sleep(4)");
                never.Wait(Times.Idle * 2);
                db.Each("select repeat('x', 1000000) from generate_series(1, 64)", _ =>
                {
                    if (rows++ == 0)
                        never.Wait(Times.Unacknowledged * 4);
                });
                return db.Number("select 1");
            }),
            default);
        Assert.Equal((1, 64), (attempts, rows));
    }

    [Fact]
    public async Task Of_many_reads_of_a_database_that_says_nothing_each_is_told_in_time()
    {
        await using var store = await OpenAsync(Through(_proxy) with { RetryFor = TimeSpan.FromSeconds(2) });
        await store.ReadAsync(db => db.Number("select 4"), default);

        _proxy.StallAll();
        var reads = Enumerable.Range(0, 1000).Select(_ => Assert.ThrowsAsync<IOException>(async () => await store.ReadAsync(db => db.Number("select 5"), default))).ToList();
        var ended = Task.WhenAll(reads);
        try
        {
            await ended.WaitAsync(NotMinutes);
        }
        finally
        {
            _proxy.EndStall();
        }

        Assert.Equal(6, await store.ReadAsync(db => db.Number("select 6"), default));
    }

    [Fact]
    public async Task No_more_reads_wait_than_may_and_those_that_do_are_answered_once_the_database_is_back()
    {
        await using var store = await OpenAsync(Through(_proxy) with { Readers = 1, Queue = 5 });
        await store.ReadAsync(db => db.Number("select 4"), default);

        _proxy.StallAll();
        var reads = new List<Task<long?>>();
        var refused = 0;
        for (var i = 0; i < 20; i++)
        {
            try
            {
                reads.Add(store.ReadAsync(db => db.Number("select 5"), default).AsTask());
            }
            catch (IOException)
            {
                refused++;
            }
        }
        _proxy.EndStall();

        // One more where the reader had taken the first already.
        Assert.InRange(reads.Count, 5, 6);
        Assert.Equal(20, reads.Count + refused);
        Assert.All(await Task.WhenAll(reads), answer => Assert.Equal(5, answer));
    }

    [Fact]
    public async Task A_read_whose_caller_left_while_it_waited_is_never_run()
    {
        await using var store = await OpenAsync(_address with { Readers = 1 });
        using var holds = new ManualResetEventSlim();
        using var begun = new ManualResetEventSlim();
        using var leaves = new CancellationTokenSource();
        var before = store.ReadAsync(
            _ =>
            {
                begun.Set();
                holds.Wait();
                return 0;
            },
            default).AsTask();
        begun.Wait();
        var ran = false;
        var waiting = store.ReadAsync(_ => ran = true, leaves.Token).AsTask();

        await leaves.CancelAsync();
        holds.Set();

        await before;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.False(ran);
    }

    private static ValueTask<PostgresMetadataStore> OpenAsync(PostgresAddress address) => PostgresMetadataStore.OpenAsync(address, Times, TimeProvider.System, default);

    private PostgresAddress Through(CuttingProxy proxy) => _address with { Hosts = [proxy.Host] };

    private Task<object?> EndAsync(long backend) => _server.ExecuteAsync($"select pg_terminate_backend({backend}, 10000)");
}
