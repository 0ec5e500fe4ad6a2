using System.Collections.Concurrent;

namespace Gantry.Server.Registry;

/// <summary>A memory of what was asked for lately, bounded in bytes, each entry true under one epoch.</summary>
/// <remarks>
/// Two generations: entries go into the young one; when it holds half the budget it becomes the old one, and what the old one held is forgotten.
/// An entry found in the old one moves to the young one. So readers take no lock, and what is used survives, as in an LRU list.
/// </remarks>
internal sealed class GenerationCache<TKey, TValue>(long budget)
    where TKey : notnull
    where TValue : class
{
    private readonly Lock _turn = new();
    private volatile Generation _young = new();
    private volatile Generation _old = new();

    /// <summary>The value kept under a key, if it was true under that same epoch; else null.</summary>
    public TValue? Find(TKey key, long epoch)
    {
        if (_young.Entries.TryGetValue(key, out var entry))
            return entry.Epoch == epoch ? entry.Value : null;
        if (!_old.Entries.TryGetValue(key, out entry) || entry.Epoch != epoch)
            return null;
        Add(key, entry);
        return entry.Value;
    }

    /// <param name="key">What was asked for.</param>
    /// <param name="epoch">Read before the value was: it must not be younger.</param>
    /// <param name="value">What is true under the epoch.</param>
    /// <param name="size">Bytes that it occupies, roughly.</param>
    public void Keep(TKey key, long epoch, TValue value, long size)
    {
        // A generation has no room for it: it would push out all the others and hold more than the budget.
        if (size <= budget / 2)
            Add(key, new Entry(epoch, value, size));
    }

    private void Add(TKey key, Entry entry)
    {
        var young = _young;
        // A replaced entry is counted twice until its generation ends: the bound errs on the small side.
        young.Entries[key] = entry;
        if (Interlocked.Add(ref young.Bytes, entry.Size) <= budget / 2)
            return;
        lock (_turn)
        {
            if (_young != young)
                return;
            _old = young;
            _young = new Generation();
        }
    }

    private sealed record Entry(long Epoch, TValue Value, long Size);

    private sealed class Generation
    {
        public readonly ConcurrentDictionary<TKey, Entry> Entries = new();
        public long Bytes;
    }
}
