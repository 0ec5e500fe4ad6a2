using System.Collections.Concurrent;
using Gantry.Protocol.Naming;
using Gantry.Protocol.Oci;
using Gantry.Server.Metadata;
using Gantry.Server.Metadata.Postgres;
using Gantry.Testing;
using Gantry.Testing.Metadata;
using Npgsql;

namespace Gantry.Server.Tests.Metadata.Postgres;

/// <summary>What befalls the way to the database, or the database, befalls no answer.</summary>
/// <remarks>A number is taken by adding one to a counter: were a batch run twice, or lost, a number would be missing or come twice.</remarks>
public sealed class PostgresFaultTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 8, 30, 0, TimeSpan.Zero);

    // The same proportions as the default, in a tenth of the time where no other limit is meant.
    private static readonly PostgresTimes Times = new() { Idle = TimeSpan.FromSeconds(1), Lock = TimeSpan.FromSeconds(3), Answer = TimeSpan.FromSeconds(2), Statement = TimeSpan.FromSeconds(3) };

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
    public async Task A_commit_whose_answer_is_lost_is_not_done_a_second_time()
    {
        await using var store = await OpenAsync();
        var registry = (await store.EnsureRegistryAsync("myregistry", Monday, default)).Id;

        var cut = _proxy.CutOnce("commit", CutKind.After);
        Assert.Equal(1, await store.TakeRunNumberAsync(registry, default));

        Assert.True(cut.IsCompleted);
        Assert.Equal(2, await store.TakeRunNumberAsync(registry, default));
    }

    [Fact]
    public async Task A_commit_that_was_found_is_answered_only_behind_another_commit()
    {
        await using var store = await OpenAsync();
        var registry = (await store.EnsureRegistryAsync("myregistry", Monday, default)).Id;
        var executed = new ConcurrentQueue<string>();
        var cut = false;
        _proxy.Judge(statement =>
        {
            executed.Enqueue(statement);
            if (cut || !statement.StartsWith("commit", StringComparison.Ordinal))
                return CutKind.None;
            cut = true;
            return CutKind.After;
        });

        Assert.Equal(1, await store.TakeRunNumberAsync(registry, default));

        Assert.Equal(2, executed.Count(statement => statement.StartsWith("commit", StringComparison.Ordinal)));
        Assert.Contains(executed, statement => statement.StartsWith("update commit_mark", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_epoch_read_through_a_new_connection_is_another_one()
    {
        await using var store = await OpenAsync();
        var registry = (await store.EnsureRegistryAsync("myregistry", Monday, default)).Id;
        var before = await store.ReadEpochAsync(registry, default);
        Assert.Equal(before, await store.ReadEpochAsync(registry, default));

        _proxy.CutAll(refuse: false);

        Assert.NotEqual(before, await store.ReadEpochAsync(registry, default));
    }

    [Fact]
    public async Task A_commit_that_never_arrives_is_done_all_the_same()
    {
        await using var store = await OpenAsync();
        var registry = (await store.EnsureRegistryAsync("myregistry", Monday, default)).Id;

        var cut = _proxy.CutOnce("commit", CutKind.Before);
        Assert.Equal(1, await store.TakeRunNumberAsync(registry, default));

        Assert.True(cut.IsCompleted);
        Assert.Equal(2, await store.TakeRunNumberAsync(registry, default));
    }

    [Fact]
    public async Task Wherever_connections_are_cut_every_write_is_done_once_and_every_read_is_answered()
    {
        await Seeded.RoundsAsync(51, 6, async seed =>
        {
            await using var store = await OpenAsync();
            var registry = (await store.EnsureRegistryAsync($"registry{seed.Below(int.MaxValue)}", Monday, default)).Id;
            var chances = new Lock();
            _proxy.Judge(_ =>
            {
                lock (chances)
                    return seed.OneIn(25) ? seed.Of(CutKind.Before, CutKind.After) : CutKind.None;
            });

            const int Count = 60;
            var numbers = new ConcurrentBag<long>();
            await Parallel.ForEachAsync(Enumerable.Range(0, Count), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (i, ct) =>
            {
                numbers.Add(await store.TakeRunNumberAsync(registry, ct));
                Assert.NotNull(await store.FindRegistryAsync("myregistry", ct) ?? await store.EnsureRegistryAsync("myregistry", Monday, ct));
                Assert.True(await store.ReadEpochAsync(registry, ct) >= 1);
            });
            _proxy.Judge(null);

            Assert.Equal(Enumerable.Range(1, Count).Select(i => (long)i), numbers.Order());
        });
    }

    [Fact]
    public async Task What_fails_in_a_batch_that_is_run_again_fails_once()
    {
        await using var store = await OpenAsync();
        var registry = (await store.EnsureRegistryAsync("myregistry", Monday, default)).Id;
        var nowhere = new RepositoryKey(new RegistryId(long.MaxValue), RepositoryName.Parse("a"));
        var tasks = new List<Task>();

        var cut = _proxy.CutOnce("commit", CutKind.Before);
        for (var i = 0; i < 10; i++)
        {
            tasks.Add(store.TakeRunNumberAsync(registry, default).AsTask());
            tasks.Add(Assert.ThrowsAsync<PostgresException>(async () => await store.LinkBlobAsync(nowhere, Digest.Of("x"u8), 1, Monday, default)));
        }

        await Task.WhenAll(tasks);
        await cut;
        Assert.Equal(11, await store.TakeRunNumberAsync(registry, default));
    }

    [Fact]
    public async Task A_database_that_is_gone_for_good_is_an_IOException_that_names_no_password()
    {
        _address = _address with { RetryFor = TimeSpan.FromSeconds(1) };
        await using var store = await OpenAsync();
        var registry = (await store.EnsureRegistryAsync("myregistry", Monday, default)).Id;
        _proxy.CutAll(refuse: true);

        var failures = new List<Exception>
        {
            await Assert.ThrowsAsync<IOException>(async () => await store.TakeRunNumberAsync(registry, default)),
            await Assert.ThrowsAsync<IOException>(async () => await store.ReadEpochAsync(registry, default)),
            await Assert.ThrowsAsync<IOException>(async () => await store.FindRegistryAsync("myregistry", default)),
            await Assert.ThrowsAsync<IOException>(async () => await store.CheckAsync(default)),
            await Assert.ThrowsAsync<IOException>(async () => await OpenAsync()),
        };
        Assert.All(failures, failure => Assert.DoesNotContain(_address.Password!, failure.ToString(), StringComparison.Ordinal));

        _proxy.CutAll(refuse: false);
        Assert.Equal(1, await store.TakeRunNumberAsync(registry, default));
    }

    [Fact]
    public async Task A_wrong_password_is_refused_at_once()
    {
        _address = _address with { Password = "not this one", RetryFor = TimeSpan.FromMinutes(10) };

        var failure = await Assert.ThrowsAsync<IOException>(async () => await OpenAsync());

        Assert.Contains("28P01", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not this one", failure.ToString(), StringComparison.Ordinal);
        _address = _server.NewSchema();
    }

    [Fact]
    public async Task A_node_that_is_cut_off_in_its_transaction_does_not_keep_the_others_from_writing()
    {
        await using var other = await PostgresMetadataStore.OpenAsync(_address, Times, TimeProvider.System, default);
        await using var store = await OpenAsync();
        var registry = (await store.EnsureRegistryAsync("myregistry", Monday, default)).Id;

        // It holds the writers' lock, and nothing of it reaches the server any more; nobody tells the server either.
        _proxy.Judge(statement =>
        {
            if (!statement.StartsWith("commit", StringComparison.Ordinal))
                return CutKind.None;
            _proxy.Judge(null);
            _proxy.StallAll();
            return CutKind.None;
        });
        var cutOff = store.TakeRunNumberAsync(registry, default).AsTask();
        var numbers = new List<long>();
        for (var i = 0; i < 3; i++)
            numbers.Add(await other.TakeRunNumberAsync(registry, default));
        Assert.False(cutOff.IsCompleted && cutOff.Exception is null);

        _proxy.EndStall();
        numbers.Add(await cutOff);
        Assert.Equal([1, 2, 3, 4], numbers.Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_is_restarted_under_load_loses_nothing(bool crash)
    {
        await using var server = await PostgresServer.StartAsync();
        var address = server.Address with { RetryFor = TimeSpan.FromSeconds(60) };
        await using var first = await PostgresMetadataStore.OpenAsync(address, Times, TimeProvider.System, default);
        await using var second = await PostgresMetadataStore.OpenAsync(address, Times, TimeProvider.System, default);
        var registry = (await first.EnsureRegistryAsync("myregistry", Monday, default)).Id;
        var numbers = new ConcurrentBag<long>();
        var over = false;
        var load = Enumerable.Range(0, 8).Select(async i =>
        {
            while (!Volatile.Read(ref over))
                numbers.Add(await (i % 2 == 0 ? first : second).TakeRunNumberAsync(registry, default));
        }).ToList();

        for (var i = 0; i < 2; i++)
        {
            var before = numbers.Count;
            await UntilAsync(() => numbers.Count > before + 20);
            await server.RestartAsync(crash);
        }
        var last = numbers.Count;
        await UntilAsync(() => numbers.Count > last + 20);
        Volatile.Write(ref over, true);
        await Task.WhenAll(load);

        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(i => (long)i), numbers.Order());
    }

    [Fact]
    public async Task A_server_that_is_paused_answers_late_and_does_everything_once()
    {
        await using var server = await PostgresServer.StartAsync();
        var address = server.Address with { RetryFor = TimeSpan.FromSeconds(60) };
        await using var store = await PostgresMetadataStore.OpenAsync(address, Times, TimeProvider.System, default);
        var registry = (await store.EnsureRegistryAsync("myregistry", Monday, default)).Id;
        var numbers = new ConcurrentBag<long>();
        var over = false;
        var load = Enumerable.Range(0, 4).Select(async _ =>
        {
            while (!Volatile.Read(ref over))
                numbers.Add(await store.TakeRunNumberAsync(registry, default));
        }).ToList();

        await UntilAsync(() => numbers.Count > 20);
        await server.SignalAsync("STOP");
        // Longer than an answer is waited for: what was under way is given up and asked about afterwards.
        await Task.Delay(Times.Answer * 1.5);
        await server.SignalAsync("CONT");
        var last = numbers.Count;
        await UntilAsync(() => numbers.Count > last + 20);
        Volatile.Write(ref over, true);
        await Task.WhenAll(load);

        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(i => (long)i), numbers.Order());
    }

    private ValueTask<PostgresMetadataStore> OpenAsync() => PostgresMetadataStore.OpenAsync(_address with { Hosts = [_proxy.Host] }, Times, TimeProvider.System, default);

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(10);
    }
}
