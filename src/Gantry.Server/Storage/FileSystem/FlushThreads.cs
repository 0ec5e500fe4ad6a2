using System.Collections.Concurrent;

namespace Gantry.Server.Storage.FileSystem;

/// <summary>A few threads that wait for the disk, so that no thread of the pool does.</summary>
/// <remarks>Several flushes at once are cheaper than one after another: the file system's journal writes them together.</remarks>
internal sealed class FlushThreads : IDisposable
{
    private const int StackBytes = 256 * 1024;

    private readonly BlockingCollection<Job> _jobs = [];
    private readonly List<Thread> _threads = [];

    public FlushThreads(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var thread = new Thread(Work, StackBytes) { IsBackground = true, Name = $"flush {i}" };
            thread.Start();
            _threads.Add(thread);
        }
    }

    /// <summary>Runs blocking work; completes with it. Work that was handed over is always finished.</summary>
    public Task RunAsync(Action work)
    {
        var job = new Job(work, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _jobs.Add(job);
        return job.Done.Task;
    }

    private void Work()
    {
        foreach (var (work, done) in _jobs.GetConsumingEnumerable())
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }
    }

    public void Dispose()
    {
        _jobs.CompleteAdding();
        foreach (var thread in _threads)
            thread.Join();
        _jobs.Dispose();
    }

    private readonly record struct Job(Action Work, TaskCompletionSource Done);
}
