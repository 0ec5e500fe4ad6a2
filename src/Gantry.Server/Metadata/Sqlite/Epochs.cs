using System.Collections.Concurrent;

namespace Gantry.Server.Metadata.Sqlite;

/// <summary>Each registry's epoch. In memory: a database of one process starts with empty caches, so it may start from one.</summary>
/// <remarks><code>
///   unsettle ──► commit, which readers see from some instant on ──► settle ──► answer
/// </code>
/// Between the two nobody can tell old truth from new, so every reader gets a number of its own: it finds nothing in a cache and leaves nothing there.
/// Without that, one reader could see a moved tag in the database, and a later one its old place in the cache.
/// </remarks>
internal sealed class Epochs
{
    private readonly ConcurrentDictionary<RegistryId, Entry> _entries = new();

    public long Read(RegistryId registry) => _entries.TryGetValue(registry, out var entry) ? entry.Read() : 1;

    /// <summary>A commit that changes what caches may hold is about to become visible.</summary>
    public void Unsettle(IEnumerable<RegistryId> registries)
    {
        foreach (var registry in registries)
            _entries.GetOrAdd(registry, static _ => new Entry()).Unsettle();
    }

    /// <summary>It is visible, or will never be. One step for each change, so that whoever read before them all finds a higher number.</summary>
    public void Settle(IEnumerable<RegistryId> registries)
    {
        foreach (var registry in registries)
            _entries[registry].Settle();
    }

    /// <summary>Every hot request reads an epoch or three, and almost none finds it unsettled: so readers take no lock.</summary>
    private sealed class Entry
    {
        private const long Unsettled = 1;
        private const long Step = 2;

        /// <summary>Twice the epoch; odd while it is unsettled.</summary>
        private long _state = Step;

        public long Read()
        {
            var state = Volatile.Read(ref _state);
            while ((state & Unsettled) != 0)
            {
                var seen = Interlocked.CompareExchange(ref _state, state + Step, state);
                if (seen == state)
                    return (state + Step) / Step;
                state = seen;
            }
            return state / Step;
        }

        public void Unsettle() => Interlocked.Or(ref _state, Unsettled);

        public void Settle()
        {
            long state;
            do
                state = Volatile.Read(ref _state);
            while (Interlocked.CompareExchange(ref _state, (state & ~Unsettled) + Step, state) != state);
        }
    }
}
