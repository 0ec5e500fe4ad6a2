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
    private readonly Lock _gate = new();
    private readonly Dictionary<RegistryId, Entry> _entries = [];

    public long Read(RegistryId registry)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(registry, out var entry))
                return 1;
            return entry.IsUnsettled ? ++entry.Epoch : entry.Epoch;
        }
    }

    /// <summary>A commit that changes what caches may hold is about to become visible.</summary>
    public void Unsettle(IEnumerable<RegistryId> registries)
    {
        lock (_gate)
        {
            foreach (var registry in registries)
            {
                if (!_entries.TryGetValue(registry, out var entry))
                    _entries[registry] = entry = new Entry();
                entry.IsUnsettled = true;
            }
        }
    }

    /// <summary>It is visible, or will never be. One step for each change, so that whoever read before them all finds a higher number.</summary>
    public void Settle(IEnumerable<RegistryId> registries)
    {
        lock (_gate)
        {
            foreach (var registry in registries)
            {
                var entry = _entries[registry];
                entry.IsUnsettled = false;
                entry.Epoch++;
            }
        }
    }

    private sealed class Entry
    {
        public long Epoch { get; set; } = 1;

        public bool IsUnsettled { get; set; }
    }
}
