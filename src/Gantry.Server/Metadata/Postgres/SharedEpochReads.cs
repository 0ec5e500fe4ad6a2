namespace Gantry.Server.Metadata.Postgres;

/// <summary>One look at the epochs for all who ask at the same time, each time one that began after they asked.</summary>
/// <remarks><code>
///   asked  ──► a round that gathers ──(the one in flight has ended)──► in flight ──► all of the round know
///                    ▲ later ones
/// </code>
/// A look in flight may have passed the row that somebody changed meanwhile: whoever asks now waits for the next. So a request pays for at most two looks, however many come.
/// </remarks>
/// <param name="read">Reads the epochs of these registries, in one statement that begins after the call.</param>
internal sealed class SharedEpochReads(Func<IReadOnlyList<RegistryId>, Task<IReadOnlyDictionary<RegistryId, long>>> read)
{
    /// <summary>The epoch of a registry that nothing ever raised.</summary>
    public const long First = 1;

    private readonly Lock _lock = new();
    private Round? _gathering;
    private bool _inFlight;

    public async ValueTask<long> ReadAsync(RegistryId registry, CancellationToken ct)
    {
        Round round;
        bool leads;
        lock (_lock)
        {
            round = _gathering ??= new Round();
            round.Registries.Add(registry);
            leads = !_inFlight;
            _inFlight = true;
        }
        if (leads)
            _ = FlyAsync();
        var epochs = await round.Epochs.WaitAsync(ct);
        return epochs.TryGetValue(registry, out var epoch) ? epoch : First;
    }

    /// <summary>Looks, as long as somebody asks. Whatever a look ends with goes to those who wait for it.</summary>
    private async Task FlyAsync()
    {
        while (true)
        {
            Round round;
            lock (_lock)
            {
                if (_gathering is null)
                {
                    _inFlight = false;
                    return;
                }
                round = _gathering;
                _gathering = null;
            }
            try
            {
                round.Succeed(await read([.. round.Registries]));
            }
            catch (Exception e)
            {
                round.Fail(e);
            }
        }
    }

    private sealed class Round
    {
        private readonly TaskCompletionSource<IReadOnlyDictionary<RegistryId, long>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public HashSet<RegistryId> Registries { get; } = [];

        public Task<IReadOnlyDictionary<RegistryId, long>> Epochs => _done.Task;

        public void Succeed(IReadOnlyDictionary<RegistryId, long> epochs) => _done.SetResult(epochs);

        public void Fail(Exception failure)
        {
            _done.SetException(failure);
            // All who waited may have gone.
            _ = _done.Task.Exception;
        }
    }
}
