using Gantry.Testing;

namespace Gantry.Server.Tests.Upkeep;

/// <summary>Lets one of several scripts run at a time, from one gate to the next, in an order that a seed decides.</summary>
/// <remarks>Its clock fires a timer when the waiting script's turn comes: a wait is one more gate.</remarks>
internal sealed class Interleaver : TimeProvider
{
    private readonly AsyncLocal<Script?> _current = new();

    /// <summary>Called where another script may go on. What runs under no script passes.</summary>
    public Task GateAsync() => _current.Value?.PauseAsync() ?? Task.CompletedTask;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (_current.Value is not { } script || dueTime == Timeout.InfiniteTimeSpan)
            return base.CreateTimer(callback, state, dueTime, period);
        var timer = base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _ = FireAsync(script, timer);
        return timer;
    }

    public async Task RunAsync(Seeded random, params Func<Task>[] works)
    {
        var scripts = works.Select(work => new Script(this, work)).ToList();
        while (scripts.Count > 0)
        {
            var next = random.Of(scripts);
            if (await next.GoOnAsync())
                continue;
            scripts.Remove(next);
            await next.Done;
        }
    }

    private static async Task FireAsync(Script script, ITimer timer)
    {
        await script.PauseAsync();
        timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private sealed class Script
    {
        private TaskCompletionSource _turn = New();
        private TaskCompletionSource _paused = New();

        public Script(Interleaver owner, Func<Task> work)
        {
            // Taken before the thread begins: the first turn may be given sooner than that.
            var begin = _turn.Task;
            Done = Task.Run(async () =>
            {
                owner._current.Value = this;
                await begin;
                await work();
            });
        }

        public Task Done { get; }

        /// <returns>False where it ended.</returns>
        public async Task<bool> GoOnAsync()
        {
            _paused = New();
            var paused = _paused.Task;
            Interlocked.Exchange(ref _turn, New()).SetResult();
            return await Task.WhenAny(Done, paused) == paused;
        }

        public Task PauseAsync()
        {
            var turn = Volatile.Read(ref _turn).Task;
            _paused.TrySetResult();
            return turn;
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
