using System.Collections.Concurrent;
using Gantry.Server.Metadata.Sql;

namespace Gantry.Server.Metadata.Postgres;

/// <summary>A few connections that only read, each with a thread of its own: waiting for the database takes none from the pool that serves requests.</summary>
internal sealed class PostgresReaders : IAsyncDisposable
{
    private readonly PostgresConnector _connector;
    private readonly BlockingCollection<Read> _queue = [];
    private readonly ManualResetEvent _stop = new(initialState: false);
    private readonly List<Task> _threads = [];

    public PostgresReaders(PostgresConnector connector, int count, string name)
    {
        _connector = connector;
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
        var read = new Read<T>(work, RetryPlan.After(_connector.Address.RetryFor), ct);
        try
        {
            _queue.Add(read, CancellationToken.None);
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
        var plan = new RetryPlan(_connector.Times, read.Deadline);
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
                if (PostgresFailure.IsPassing(e))
                {
                    session?.Dispose();
                    session = null;
                    if (plan.Pause(_stop))
                        continue;
                }
                read.Refuse(PostgresFailure.IsOfStore(e) ? PostgresFailure.Of(e) : e);
                return;
            }
        }
        read.Abandon();
    }

    private abstract class Read(long deadline, CancellationToken ct)
    {
        public long Deadline => deadline;

        public bool IsAbandoned => ct.IsCancellationRequested;

        protected CancellationToken Token => ct;

        public abstract void Run(SqlSession db);

        public abstract void Refuse(Exception failure);

        public abstract void Abandon();
    }

    private sealed class Read<T>(Func<SqlSession, T> work, long deadline, CancellationToken ct) : Read(deadline, ct)
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Result => _done.Task;

        public override void Run(SqlSession db) => _done.SetResult(work(db));

        public override void Refuse(Exception failure) => _done.SetException(failure);

        public override void Abandon() => _done.SetCanceled(Token);
    }
}
