using Gantry.Server.Metadata.Sql;

namespace Gantry.Server.Metadata.Postgres;

/// <summary>The metadata of a cluster, in a PostgreSQL database that its nodes share.</summary>
public sealed class PostgresMetadataStore : SqlMetadataStore
{
    // More deletions and moves than a registry sees; above them is room for half a million connections.
    private const int EpochBits = 44;

    private readonly PostgresConnector _connector;
    private readonly PostgresReaders _readers;
    private readonly PostgresReaders _epochReader;
    private readonly SharedEpochReads _epochs;
    private readonly PostgresWriter _writer;
    private int _disposed;

    private PostgresMetadataStore(PostgresConnector connector, TimeProvider time, string version)
    {
        _connector = connector;
        Engine = $"PostgreSQL {version}";
        _readers = new PostgresReaders(connector, connector.Address.Readers, "postgres reader");
        // Apart from the others: what every request waits for never waits behind a long list.
        _epochReader = new PostgresReaders(connector, 1, "postgres epochs");
        _epochs = new SharedEpochReads(ReadEpochsAsync);
        _writer = new PostgresWriter(connector, time);
    }

    public override string Engine { get; }

    public override bool IsShared => true;

    /// <summary>Opens the database, brought to the newest schema where needed.</summary>
    /// <exception cref="InvalidOperationException">A newer program has written it, or the server is too old.</exception>
    /// <exception cref="IOException">It cannot be reached.</exception>
    public static ValueTask<PostgresMetadataStore> OpenAsync(PostgresAddress address, TimeProvider time, CancellationToken ct) =>
        OpenAsync(address, PostgresTimes.Default, time, ct);

    internal static async ValueTask<PostgresMetadataStore> OpenAsync(PostgresAddress address, PostgresTimes times, TimeProvider time, CancellationToken ct)
    {
        // The driver's calls wait on the thread that makes them.
        var version = await Task.Factory.StartNew(() => Migrate(address, times), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return new PostgresMetadataStore(new PostgresConnector(address, times), time, version);
    }

    public override async ValueTask CheckAsync(CancellationToken ct) =>
        await WriteLazilyAsync(transaction => transaction.Db.Execute("update schema set version = version"), ct);

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _writer.DisposeAsync();
        await _readers.DisposeAsync();
        await _epochReader.DisposeAsync();
        _connector.Dispose();
    }

    internal override BlobHolds Holds { get; } = new SqlBlobHolds();

    public override ValueTask<long> ReadEpochAsync(RegistryId registry, CancellationToken ct) => _epochs.ReadAsync(registry, ct);

    internal override ValueTask<T> ReadAsync<T>(Func<SqlSession, T> work, CancellationToken ct) => new(_readers.RunAsync(work, ct));

    internal override ValueTask<T> WriteAsync<T>(Func<WriteTransaction, T> work, CancellationToken ct) => _writer.RunAsync(work, lazy: false, ct);

    internal override ValueTask<T> WriteLazilyAsync<T>(Func<WriteTransaction, T> work, CancellationToken ct) => _writer.RunAsync(work, lazy: true, ct);

    private Task<IReadOnlyDictionary<RegistryId, long>> ReadEpochsAsync(IReadOnlyList<RegistryId> registries) => _epochReader.RunAsync(
        db =>
        {
            // What was read through another connection may have come from a server that is lost, with commits that this one never had: none of it counts any more.
            var generation = ((PostgresSession)db).Generation << EpochBits;
            var epochs = registries.ToDictionary(registry => registry, _ => generation + SharedEpochReads.First);
            // One statement sees one state; nearly always one registry is meant.
            var places = string.Join(", ", Enumerable.Range(1, registries.Count).Select(i => $"?{i}"));
            var rows = db.All(
                $"select registry, epoch from registry_epoch where registry in ({places})",
                row => (new RegistryId(row.GetInt64(0)), row.GetInt64(1)), [.. registries.Select(registry => (object?)registry.Value)]);
            foreach (var (registry, epoch) in rows)
                epochs[registry] = generation + epoch;
            return (IReadOnlyDictionary<RegistryId, long>)epochs;
        },
        CancellationToken.None);

    private static string Migrate(PostgresAddress address, PostgresTimes times)
    {
        using var connector = new PostgresConnector(address, times.ForMigration());
        using var stop = new ManualResetEvent(initialState: false);
        var plan = new RetryPlan(times, RetryPlan.After(address.RetryFor));
        while (true)
        {
            try
            {
                using var session = connector.Open(readOnly: false);
                PostgresSchema.Migrate(session, address);
                return session.ServerVersion;
            }
            catch (Exception e) when (PostgresFailure.IsOfStore(e))
            {
                if (!PostgresFailure.IsPassing(e) || !plan.Pause(stop))
                    throw PostgresFailure.Of(e);
            }
        }
    }
}
