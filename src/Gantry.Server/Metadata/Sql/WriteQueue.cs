using System.Collections.Concurrent;
using System.Diagnostics;

namespace Gantry.Server.Metadata.Sql;

/// <summary>Takes operations from many callers to the one thread that writes, which takes everything that waits at once.</summary>
internal sealed class WriteQueue : IDisposable
{
    private readonly int _maxBatch;
    private readonly Action<List<WriteOperation>> _run;
    private readonly BlockingCollection<WriteOperation> _queue = [];
    private readonly SemaphoreSlim _room;
    private readonly TimeSpan _patience;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="name">The thread's.</param>
    /// <param name="maxBatch">Operations that are taken at once; as many more may wait before callers wait for room.</param>
    /// <param name="run">Runs a batch and answers each of its operations. It does not throw.</param>
    /// <param name="patience">How long an operation may wait before it is begun; infinite where only its caller ends that.</param>
    public WriteQueue(string name, int maxBatch, Action<List<WriteOperation>> run, TimeSpan patience)
    {
        _patience = patience;
        (_maxBatch, _run, _room) = (maxBatch, run, new SemaphoreSlim(maxBatch, maxBatch));
        new Thread(Work) { IsBackground = true, Name = name }.Start();
    }

    /// <summary>Hands work to the writer; completes once that has answered.</summary>
    public async ValueTask<T> RunAsync<T>(Func<WriteTransaction, T> work, bool lazy, CancellationToken ct)
    {
        var operation = new Operation<T>(work, lazy, ct);
        if (!await _room.WaitAsync(_patience, ct))
            throw TooLate();
        try
        {
            _queue.Add(operation, CancellationToken.None);
        }
        catch (InvalidOperationException e)
        {
            _room.Release();
            throw new ObjectDisposedException("the metadata store is closed", e);
        }
        return await operation.Result;
    }

    /// <summary>Finishes what waits; later writes are refused.</summary>
    public async ValueTask StopAsync()
    {
        _queue.CompleteAdding();
        await _ended.Task;
    }

    /// <summary>Answers the operations whose callers have gone, and takes them out.</summary>
    public static void DropAbandoned(List<WriteOperation> batch)
    {
        foreach (var gone in batch.FindAll(operation => operation.IsAbandoned))
        {
            batch.Remove(gone);
            gone.Abandon();
        }
    }

    /// <summary>Refuses the operations whose time was over before they were begun: those behind them need not wait for their attempt.</summary>
    private void DropLate(List<WriteOperation> batch)
    {
        if (_patience == Timeout.InfiniteTimeSpan)
            return;
        foreach (var late in batch.FindAll(operation => Stopwatch.GetElapsedTime(operation.Asked) > _patience))
        {
            batch.Remove(late);
            late.Refuse(TooLate());
        }
    }

    private static IOException TooLate() => new("the database wrote nothing: too much waits before this");

    public void Dispose() => _queue.Dispose();

    private void Work()
    {
        var batch = new List<WriteOperation>(_maxBatch);
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            batch.Add(first);
            while (batch.Count < _maxBatch && _queue.TryTake(out var next))
                batch.Add(next);
            _room.Release(batch.Count);
            DropAbandoned(batch);
            DropLate(batch);
            if (batch.Count > 0)
                _run(batch);
            batch.Clear();
        }
        _ended.SetResult();
    }

    private sealed class Operation<T>(Func<WriteTransaction, T> work, bool lazy, CancellationToken ct) : WriteOperation(lazy, ct)
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _value;

        public Task<T> Result => _done.Task;

        public override void Abandon() => _done.SetCanceled(Token);

        public override void Refuse(Exception failure) => _done.SetException(failure);

        protected override void Work(WriteTransaction transaction) => _value = work(transaction);

        protected override void Succeed() => _done.SetResult(_value!);
    }
}
