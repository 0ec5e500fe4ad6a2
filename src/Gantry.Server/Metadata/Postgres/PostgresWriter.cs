using Gantry.Server.Metadata.Sql;

namespace Gantry.Server.Metadata.Postgres;

/// <summary>This node's one place that writes: a thread that takes everything that waits, alone in the cluster while its transaction lasts.</summary>
/// <remarks><code>
///   callers ──(1) queue──► (2) begin, the writers' lock ─► (3) each operation in a savepoint ─► (4) epochs, the batch's mark, commit ─► (5) answers
///                             ▲                                   │                                 │
///                             │ (6) failed before the commit      │                                 │ no word about the commit
///                             ├───────────────────────────────────┘                                 ▼
///                             └──────────── not there ◄──(8) is the mark there?◄──(7) new connection, the writers' lock ──► there: (5)
/// </code>
/// (9) An answer after (8) waits for one more commit: with synchronous replication a cancelled wait leaves a commit that is visible and not replicated.
/// Whether a commit came through is never guessed. Whoever holds the lock in (7) knows that the transaction before is over, one way or the other;
/// the mark is a row that it wrote, so the mark is there exactly if it was committed. A transaction's id would not do: after a crash the server
/// gives the ids anew that it had not written to its log, and would then tell of somebody else's transaction.
/// </remarks>
internal sealed class PostgresWriter : IAsyncDisposable
{
    // The server keeps up to 64 savepoints of a transaction at hand; with more, every reader's look at a row costs more.
    private const int MaxBatch = 60;

    private const string Mark = """
        insert into commit_mark (node, batch, day) values (?1, ?2, current_date - date '2000-01-01')
        on conflict (node) do update set batch = excluded.batch, day = excluded.day
        """;

    private readonly PostgresConnector _connector;
    private readonly TimeProvider? _ownTime;
    private readonly byte[] _node = Guid.NewGuid().ToByteArray();
    private readonly ManualResetEvent _stop = new(initialState: false);
    private readonly WriteQueue _queue;

    private PostgresSession? _session;
    private long _batches;

    public PostgresWriter(PostgresConnector connector, TimeProvider time)
    {
        // The clocks of nodes need not agree, so the server's counts; a test brings a clock of its own.
        (_connector, _ownTime) = (connector, time == TimeProvider.System ? null : time);
        _queue = new WriteQueue("postgres writer", MaxBatch, RunBatch, connector.Patience);
    }

    /// <summary>(1) Runs work in a transaction; completes once that is durable, or with <paramref name="lazy"/> once it outlives this process.</summary>
    public ValueTask<T> RunAsync<T>(Func<WriteTransaction, T> work, bool lazy, CancellationToken ct) => _queue.RunAsync(work, lazy, ct);

    /// <summary>Finishes what waits, without another attempt at what failed; later writes are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        _stop.Set();
        await _queue.StopAsync();
        _session?.Dispose();
        _queue.Dispose();
    }

    private void RunBatch(List<WriteOperation> batch)
    {
        var number = ++_batches;
        var plan = new RetryPlan(_connector.Times, batch.Max(operation => operation.Asked) + RetryPlan.Ticks(_connector.Address.RetryFor));
        var unsure = false;
        while (true)
        {
            try
            {
                _session ??= _connector.Open(readOnly: false);
                if (Attempt(_session, batch, number, ref unsure))
                    break;
                return;
            }
            catch (Exception e)
            {
                // (6) The server rolls back what a lost connection began.
                var again = PostgresFailure.IsPassing(e) || (_session is not null && PostgresFailure.IsOfConnection(e));
                _session?.Dispose();
                _session = null;
                if (again && plan.Pause(_stop))
                    continue;
                GiveUp(batch, e, unsure);
                return;
            }
        }
        // (5)
        foreach (var operation in batch)
            operation.Answer(failure => PostgresFailure.IsOfStore(failure) ? PostgresFailure.Of(failure) : failure);
    }

    /// <summary>One way through the drawing; false where nobody is left to answer.</summary>
    private bool Attempt(PostgresSession db, List<WriteOperation> batch, long number, ref bool unsure)
    {
        // (2), (7)
        var now = db.BeginWrite(lazy: !unsure && batch.TrueForAll(operation => operation.IsLazy));
        if (unsure)
        {
            // (8)
            if (db.Number("select batch from commit_mark where node = ?1", _node) == number)
            {
                // (9) What is visible is not yet on the standbys: the wait for them may have been cut short. The log keeps its order, so a later write that is there vouches for it.
                db.Commit("update commit_mark set day = day where node = ?1", _node);
                return true;
            }
            unsure = false;
        }
        WriteQueue.DropAbandoned(batch);
        if (batch.Count == 0)
        {
            db.Send("rollback");
            return false;
        }

        var transaction = new WriteTransaction(db, _ownTime?.GetUtcNow() ?? now);
        if (batch.Count == 1)
        {
            // Nobody is beside it: its transaction can go with it, and two trips are spared.
            if (!TryRun(db, batch[0], transaction))
            {
                db.Send("rollback");
                return true;
            }
        }
        else
        {
            RunAll(db, batch, transaction);
        }

        // (4) Together in one transaction, so nobody sees the change with the epoch of before.
        foreach (var raised in transaction.Raised.CountBy(registry => registry))
            RaiseEpoch(db, raised.Key, raised.Value);
        unsure = true;
        db.Commit(Mark, _node, number);
        unsure = false;
        return true;
    }

    /// <summary>(3) An operation that fails takes nothing of its neighbours with it.</summary>
    private static void RunAll(PostgresSession db, List<WriteOperation> batch, WriteTransaction transaction)
    {
        db.Send("savepoint operation");
        foreach (var operation in batch)
        {
            var raised = transaction.Raised.Count;
            if (TryRun(db, operation, transaction))
            {
                // The commit ends the last one as well.
                if (operation != batch[^1])
                    db.Send("release operation", "savepoint operation");
                continue;
            }
            // The savepoint stays, and is the next operation's.
            db.Send("rollback to operation");
            transaction.ForgetFrom(raised);
        }
    }

    private static bool TryRun(PostgresSession db, WriteOperation operation, WriteTransaction transaction)
    {
        try
        {
            operation.Run(transaction);
            return true;
        }
        catch (Exception e) when (db.IsOpen && !PostgresFailure.IsOfConnection(e))
        {
            operation.Fail(e);
            return false;
        }
    }

    private static void RaiseEpoch(PostgresSession db, RegistryId registry, int steps) => db.Execute(
        """
        insert into registry_epoch (registry, epoch) values (?1, ?2 + ?3)
        on conflict (registry) do update set epoch = registry_epoch.epoch + ?3
        """,
        registry.Value, SharedEpochReads.First, (long)steps);

    private static void GiveUp(List<WriteOperation> batch, Exception cause, bool unsure)
    {
        var (words, known) = (PostgresFailure.Words(cause), !unsure);
        foreach (var operation in batch)
        {
            operation.Refuse(known && PostgresFailure.Of(cause) is DamagedDatabaseException damaged ? damaged : new IOException(
                known ? $"the database wrote nothing: {words}" : $"the database did not say whether it wrote, and cannot be asked: {words}", cause));
        }
    }
}
