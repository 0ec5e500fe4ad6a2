using Gantry.Server.Metadata.Sql;
using Microsoft.Data.Sqlite;

namespace Gantry.Server.Metadata.Sqlite;

/// <summary>The one place that writes: a thread that takes everything that waits, and pays one flush for all of it.</summary>
/// <remarks><code>
///   callers ──(1) queue──► (2) begin ─► (3) each operation in a savepoint ─► (4) commit: one flush ─► (5) epochs ─► (6) answers
///                                                                                                                        │
///                                                              (7) a checkpoint now and then, between two batches ◄──────┘
/// </code>
/// One connection that writes and checkpoints also keeps clear of SQLite's WAL-reset race, which needs two.
/// </remarks>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int MaxBatch = 256;

    /// <summary>About 8 MiB of log: short enough for the checkpoint to stay below a few tens of milliseconds.</summary>
    public const int DefaultCheckpointPages = 2048;

    private const int IoError = 10;
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    private readonly SqliteSession _db;
    private readonly Epochs _epochs;
    private readonly TimeProvider _time;
    private readonly int _checkpointPages;
    private readonly Action<SqliteSession> _commit;
    private readonly WriteQueue _queue;

    private Exception? _failure;
    private bool _flushes = true;
    private int _logPages;

    /// <param name="db">Disposed with the writer.</param>
    /// <param name="epochs">Raised after a commit, before its answers.</param>
    /// <param name="time">For operations whose caller gives no time.</param>
    /// <param name="checkpointPages">A checkpoint follows once so many pages are in the log.</param>
    /// <param name="commit">Commits the open transaction: <see cref="Commit"/>, or what a test puts in its place.</param>
    public SqliteWriter(SqliteSession db, Epochs epochs, TimeProvider time, int checkpointPages, Action<SqliteSession> commit)
    {
        (_db, _epochs, _time, _checkpointPages, _commit) = (db, epochs, time, checkpointPages, commit);
        _queue = new WriteQueue("sqlite writer", MaxBatch, RunBatch, Timeout.InfiniteTimeSpan);
    }

    public static void Commit(SqliteSession db) => db.Execute("commit");

    /// <summary>Runs work in a transaction; completes once that is durable, or with <paramref name="lazy"/> once it outlives the process.</summary>
    public ValueTask<T> RunAsync<T>(Func<WriteTransaction, T> work, bool lazy, CancellationToken ct)
    {
        RefuseIfFailed();
        // (1)
        return _queue.RunAsync(work, lazy, ct);
    }

    private void RunBatch(List<WriteOperation> batch)
    {
        var transaction = new WriteTransaction(_db, _time.GetUtcNow());
        try
        {
            RefuseIfFailed();
            // (2) Whether the commit flushes is a setting that cannot change inside a transaction.
            SetFlush(!batch.TrueForAll(operation => operation.IsLazy));
            _db.Execute("begin immediate");
            foreach (var operation in batch)
                Attempt(operation, transaction);
            // (4) Readers see it from some instant inside this call on.
            _epochs.Unsettle(transaction.Raised);
            try
            {
                _commit(_db);
            }
            finally
            {
                // (5) Before the answers: whoever has one never finds an older truth in a cache.
                _epochs.Settle(transaction.Raised);
            }
        }
        catch (Exception e)
        {
            GiveUp(batch, e);
            Checkpoint();
            return;
        }

        // (6)
        foreach (var operation in batch)
            operation.Answer(SqliteFailure.Of);
        Checkpoint();
    }

    /// <summary>(3) An operation that fails takes nothing of its neighbours with it.</summary>
    private void Attempt(WriteOperation operation, WriteTransaction transaction)
    {
        var raised = transaction.Raised.Count;
        _db.Execute("savepoint operation");
        try
        {
            operation.Run(transaction);
        }
        catch (Exception e) when (!IsFatal(e) && !_db.IsIdle)
        {
            _db.Execute("rollback to operation");
            transaction.ForgetFrom(raised);
            operation.Fail(e);
        }
        _db.Execute("release operation");
    }

    /// <summary>Nothing of the batch was answered, so nothing of it is promised.</summary>
    private void GiveUp(List<WriteOperation> batch, Exception cause)
    {
        if (IsFatal(cause))
            _failure ??= cause;
        try
        {
            if (!_db.IsIdle)
                _db.Execute("rollback");
        }
        catch (SqliteException e)
        {
            _failure ??= e;
        }
        foreach (var operation in batch)
            operation.Refuse(new IOException($"the database wrote nothing: {cause.Message}", cause));
    }

    /// <summary>(7) Passive: it waits for no reader, and what it leaves the next one takes.</summary>
    private void Checkpoint()
    {
        _logPages += _db.TakeWrittenPages();
        if (_logPages < _checkpointPages || _failure is not null)
            return;
        _logPages = 0;
        try
        {
            _db.Execute("pragma wal_checkpoint(passive)");
        }
        catch (SqliteException e)
        {
            if (IsFatal(e))
                _failure ??= e;
        }
    }

    private void SetFlush(bool on)
    {
        if (on == _flushes)
            return;
        _db.Execute(on ? "pragma synchronous = full" : "pragma synchronous = normal");
        _flushes = on;
    }

    /// <summary>After an I/O error nobody knows what the disk holds, and a second flush may report a success that is none.</summary>
    private static bool IsFatal(Exception e) => e is SqliteException { SqliteErrorCode: IoError or Corrupt or NotADatabase };

    private void RefuseIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } failure)
            throw new IOException($"the database only reads since a write failed ({failure.Message}); restart once the disk is well", failure);
    }

    /// <summary>Finishes what waits; later writes are refused.</summary>
    public ValueTask StopAsync() => _queue.StopAsync();

    /// <summary>Moves the log into the database and closes it. Everybody else has closed before.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        // After a failed flush the log is left as it is, for the next start to recover: a checkpoint might write what the disk never took.
        try
        {
            if (_failure is null)
                _db.Execute("pragma wal_checkpoint(truncate)");
            else
                _db.LeaveLog();
        }
        catch (SqliteException e) when (SqliteFailure.IsOfStore(e))
        {
            // Everything that was answered is in the log.
            _db.LeaveLog();
        }
        finally
        {
            _db.Dispose();
            _queue.Dispose();
        }
    }
}
