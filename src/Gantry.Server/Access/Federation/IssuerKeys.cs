using System.Collections.Concurrent;

namespace Gantry.Server.Access.Federation;

/// <summary>Remembers the keys of issuers, and fetches them no more often than is needed.</summary>
/// <remarks><code>
///   (1) fresh and the id is in it ──► answer
///   (2) tried a moment ago ─────────► answer what there is: made-up ids must not make us ask, and a dead issuer is not hammered
///   (3) fetch, one for all who wait ─► new set, or the old one while it is not too old
/// </code></remarks>
public sealed class IssuerKeys(TimeProvider time) : IIssuerKeys, IDisposable
{
    /// <summary>So long a set counts without a look at the issuer: a key that it withdrew is believed no longer than this while it answers.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(30);

    /// <summary>So long the last set counts while the issuer does not answer.</summary>
    public static readonly TimeSpan UsableFor = TimeSpan.FromHours(24);

    /// <summary>The least time between two fetches from one issuer.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>Issuers remembered at most; the one that was asked for longest ago is forgotten first.</summary>
    public const int MaxKept = 256;

    private readonly ConcurrentDictionary<IssuerTerms, Entry> _entries = new();
    private long _uses;

    public async ValueTask<IssuerKeysAnswer> FindAsync(TrustedIssuer issuer, string? id, CancellationToken ct)
    {
        var entry = EntryOf(new IssuerTerms(issuer.Issuer, issuer.AllowPrivateAddresses, issuer.CaFile));
        Task fetch;
        lock (entry.Lock)
        {
            var now = time.GetUtcNow();
            // (1)
            if (entry.Keys is not null && now < entry.Fetched + FreshFor && entry.Keys.Names(id))
                return entry.Answer(now);
            // (2)
            if (entry.Fetch is null && now < entry.Tried + Pause)
                return entry.Answer(now);
            // (3) Not under the caller's token: the first to wait must not end it for the others.
            fetch = entry.Fetch ??= Task.Run(() => FetchAsync(entry), CancellationToken.None);
        }
        await fetch.WaitAsync(ct);
        lock (entry.Lock)
            return entry.Answer(time.GetUtcNow());
    }

    /// <summary>Issuers whose keys are known.</summary>
    internal int Count => _entries.Count;

    private Entry EntryOf(IssuerTerms terms)
    {
        var entry = _entries.GetOrAdd(terms, named => new Entry(named));
        entry.Used = Interlocked.Increment(ref _uses);
        if (_entries.Count <= MaxKept)
            return entry;
        // Its connections end by themselves a minute after their last use; disposed here, they might be under somebody's fetch.
        foreach (var old in _entries.OrderBy(pair => pair.Value.Used).Take(_entries.Count - MaxKept).ToList())
            _entries.TryRemove(old);
        return entry;
    }

    public void Dispose()
    {
        foreach (var entry in _entries.Values)
            entry.Dispose();
    }

    private async Task FetchAsync(Entry entry)
    {
        IssuerKeySet? keys = null;
        var failure = "the fetch was broken off";
        try
        {
            (keys, failure) = await entry.Connection.FetchAsync(entry.Terms, time);
        }
        catch (Exception e) when (IssuerConnection.Reason(e) is { } reason)
        {
            failure = reason;
        }
        finally
        {
            entry.End(keys, failure, time.GetUtcNow());
        }
    }

    private sealed class Entry(IssuerTerms terms) : IDisposable
    {
        private readonly Lazy<IssuerConnection> _connection = new(() => new IssuerConnection(terms), LazyThreadSafetyMode.PublicationOnly);

        public Lock Lock { get; } = new();

        public IssuerTerms Terms { get; } = terms;

        /// <summary>When it was last asked for, by a count of all questions.</summary>
        public long Used { get; set; }

        public IssuerConnection Connection => _connection.Value;

        public IssuerKeySet? Keys { get; set; }

        public DateTimeOffset Fetched { get; set; }

        public DateTimeOffset Tried { get; set; } = DateTimeOffset.MinValue;

        public string? Failure { get; set; }

        public Task? Fetch { get; set; }

        public IssuerKeysAnswer Answer(DateTimeOffset now) => new(now < Fetched + UsableFor ? Keys : null, Failure);

        /// <summary>Notes how the fetch went; the next one may begin.</summary>
        public void End(IssuerKeySet? keys, string? failure, DateTimeOffset now)
        {
            lock (Lock)
            {
                (Fetch, Tried, Failure) = (null, now, failure);
                if (keys is not null)
                    (Keys, Fetched) = (keys, now);
            }
        }

        public void Dispose()
        {
            if (_connection.IsValueCreated)
                _connection.Value.Dispose();
        }
    }
}
