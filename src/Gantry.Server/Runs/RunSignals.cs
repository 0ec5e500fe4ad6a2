using Gantry.Server.Metadata;

namespace Gantry.Server.Runs;

/// <summary>Wakes those in this process who wait for a run to come, or for a log to grow. Those of other nodes find it at their next look.</summary>
/// <remarks>Who waits takes the signal first and looks at the store then: what happens in between has fired it already.</remarks>
public sealed class RunSignals(TimeProvider time)
{
    /// <summary>How long nobody looks at the store.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    // Runs share slots: a look too many costs one read, and nothing has to be cleared away.
    private readonly TaskCompletionSource[] _slots = [.. Enumerable.Range(0, 65).Select(_ => NewSlot())];
    private volatile bool _stopped;

    /// <summary>A run waits for a worker.</summary>
    public void FireQueue() => Fire(_slots.Length - 1);

    /// <summary>A run's log or status changed.</summary>
    public void Fire(RunKey run) => Fire(SlotOf(run));

    /// <summary>Nobody waits any more from now on: the server stops.</summary>
    public void Stop()
    {
        _stopped = true;
        for (var i = 0; i < _slots.Length; i++)
            Fire(i);
    }

    public ValueTask<T?> WaitForQueueAsync<T>(Func<ValueTask<T?>> look, TimeSpan longest, CancellationToken ct) where T : class =>
        WaitAsync(_slots.Length - 1, look, longest, ct);

    /// <summary>Looks until there is something to see, at most so long; then whatever the last look saw.</summary>
    public ValueTask<T?> WaitAsync<T>(RunKey run, Func<ValueTask<T?>> look, TimeSpan longest, CancellationToken ct) where T : class =>
        WaitAsync(SlotOf(run), look, longest, ct);

    private async ValueTask<T?> WaitAsync<T>(int slot, Func<ValueTask<T?>> look, TimeSpan longest, CancellationToken ct) where T : class
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            var signal = Volatile.Read(ref _slots[slot]).Task;
            if (await look() is { } seen)
                return seen;
            var left = longest - time.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero || _stopped)
                return null;
            await signal.WaitAsync(left < Poll ? left : Poll, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
        }
    }

    private void Fire(int slot) => Interlocked.Exchange(ref _slots[slot], NewSlot()).TrySetResult();

    private int SlotOf(RunKey run) => (int)((uint)run.GetHashCode() % (uint)(_slots.Length - 1));

    private static TaskCompletionSource NewSlot() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
