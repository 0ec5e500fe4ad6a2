using System.Security.Cryptography;

namespace Gantry.Server.Registry;

/// <summary>Which sessions a request works on just now, and the hashes of what they received so far.</summary>
/// <remarks>Lives with the process. A session that it does not know is hashed again when it is closed; of those it knows, the least recently used are forgotten first.</remarks>
internal sealed class UploadHashes(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Entry> _entries = [];
    private readonly LinkedList<Guid> _idle = [];

    /// <summary>Claims a session; null where another request works on it.</summary>
    public Entry? Enter(Guid id)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(id, out var entry))
                _entries[id] = entry = new Entry();
            else if (entry.Idle is null)
                return null;
            else
                _idle.Remove(entry.Idle);
            entry.Idle = null;
            return entry;
        }
    }

    /// <summary>Ends a claim. A session that is finished is forgotten.</summary>
    public void Leave(Guid id, bool finished)
    {
        lock (_lock)
        {
            if (finished)
                Forget(id);
            else
                _entries[id].Idle = _idle.AddLast(id);
            while (_entries.Count > capacity && _idle.First is { } oldest)
            {
                _idle.RemoveFirst();
                Forget(oldest.Value);
            }
        }
    }

    private void Forget(Guid id)
    {
        if (_entries.Remove(id, out var entry))
            entry.Hash?.Dispose();
    }

    internal sealed class Entry
    {
        /// <summary>Of the session's first <see cref="Length"/> bytes, by the algorithm that the client announced.</summary>
        public IncrementalHash? Hash { get; set; }

        public long Length { get; set; }

        /// <summary>What the upload said of itself then: another process may have gone on with it since.</summary>
        public string State { get; set; } = "";

        /// <summary>Of this node's last claim on the session against the others; 0 before the first.</summary>
        public long Fence { get; set; }

        /// <summary>Forgets what was hashed: the bytes may be others by now.</summary>
        internal void Forget()
        {
            Hash?.Dispose();
            (Hash, Length) = (null, 0);
        }

        /// <summary>Null while a request works on the session.</summary>
        internal LinkedListNode<Guid>? Idle { get; set; }
    }
}
