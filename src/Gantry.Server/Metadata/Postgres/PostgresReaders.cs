using System.Collections.Concurrent;
using System.Diagnostics;
using Gantry.Server.Metadata.Sql;

namespace Gantry.Server.Metadata.Postgres;

/// <summary>A few connections that only read, each with a thread of its own: waiting for the database takes none from the pool that serves requests.</summary>
/// <remarks>A read that could not be begun in time is refused without an attempt: while the database says nothing each attempt takes seconds, and all behind it would wait for it.</remarks>
internal sealed class PostgresReaders : IAsyncDisposable
{
    private readonly PostgresConnector _connector;
    private readonly BlockingCollection<Read> _queue;
    private readonly ManualResetEvent _stop = new(initialState: false);
    private readonly List<Task> _threads = [];

    public PostgresReaders(PostgresConnector connector, int count, string name)
    {
        _connector = connector;
        _queue = new BlockingCollection<Read>(count * connector.Address.Queue);
        for (var i = 0; i < count; i++)
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _threads.Add(ended.Task);
            new Thread(() => Work(ended)) { IsBackground = true, Name = $"{name} {i}" }.Start();
        }
    }

    public Task<T> RunAsync<T>(Func<SqlSession, T> work, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var read = new Read<T>(work, ct);
        try
        {
            if (!_queue.TryAdd(read))
                throw TooMuch();
        }
        catch (InvalidOperationException e)
        {
            throw new ObjectDisposedException("the metadata store is closed", e);
        }
        return read.Result;
    }

    /// <summary>Lets the reads that wait come to their end, without another attempt; later ones are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.CompleteAdding();
        _stop.Set();
        await Task.WhenAll(_threads);
    }

    private void Work(TaskCompletionSource ended)
    {
        PostgresSession? session = null;
        foreach (var read in _queue.GetConsumingEnumerable())
            Answer(read, ref session);
        session?.Dispose();
        ended.SetResult();
    }

    private void Answer(Read read, ref PostgresSession? session)
    {
        if (!read.IsAbandoned && Stopwatch.GetElapsedTime(read.Asked) > _connector.Patience)
        {
            read.Refuse(TooMuch());
            return;
        }
        var plan = new RetryPlan(_connector.Times, read.Asked + RetryPlan.Ticks(_connector.Address.RetryFor));
        while (!read.IsAbandoned)
        {
            try
            {
                session ??= _connector.Open(readOnly: true);
                read.Run(session);
                return;
            }
            catch (Exception e)
            {
                // A refusal at the door has the severity of an end as well, and stays one.
                var again = PostgresFailure.IsPassing(e) || (session is not null && PostgresFailure.IsOfConnection(e));
                if (again || session is { IsOpen: false })
                {
                    session?.Dispose();
                    session = null;
                }
                if (again && plan.Pause(_stop))
                    continue;
                read.Refuse(PostgresFailure.IsOfStore(e) ? PostgresFailure.Of(e) : e);
                return;
            }
        }
        read.Abandon();
    }

    private static IOException TooMuch() => new("the database was not asked: too much waits before this");

    private abstract class Read(CancellationToken ct)
    {
        /// <summary>When its caller asked, on the clock of <see cref="Stopwatch"/>.</summary>
        public long Asked { get; } = Stopwatch.GetTimestamp();

        public bool IsAbandoned => ct.IsCancellationRequested;

        protected CancellationToken Token => ct;

        public abstract void Run(SqlSession db);

        public abstract void Refuse(Exception failure);

        public abstract void Abandon();
    }

    private sealed class Read<T>(Func<SqlSession, T> work, CancellationToken ct) : Read(ct)
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Result => _done.Task;

        public override void Run(SqlSession db) => _done.SetResult(work(db));

        public override void Refuse(Exception failure) => _done.SetException(failure);

        public override void Abandon() => _done.SetCanceled(Token);
    }
}
