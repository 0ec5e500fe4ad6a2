using System.Collections.Frozen;
using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>The keys that sign and verify tokens. The newest signs; those before it verify while a token of theirs may live.</summary>
/// <remarks>
/// Nodes share the keys through the store. A token signed by a key that a node has not seen makes it ask whether the keys changed, by their epoch:
/// so another node's key is known at the first request, and made-up tokens read no keys.
/// </remarks>
public sealed class SigningKeys(IMetadataStore store, TimeProvider time) : IDisposable
{
    /// <summary>A key signs for this long.</summary>
    public static readonly TimeSpan RotationAge = TimeSpan.FromDays(30);

    private readonly SemaphoreSlim _loading = new(1, 1);
    private Ring _ring = new([], epoch: 0);

    /// <summary>The key that signs. There is one once <see cref="PrepareAsync"/> returned.</summary>
    public SigningKey Current => _ring.Keys[0];

    /// <summary>Every key that verifies, newest first.</summary>
    public IReadOnlyList<SigningKey> All => _ring.Keys;

    /// <summary>Loads the keys, and makes a new one where there is none or the newest is old. Called at start and now and then.</summary>
    public async ValueTask PrepareAsync(CancellationToken ct)
    {
        await LoadAsync(ct);
        if (_ring.Keys.Length == 0 || _ring.Keys[0].Created + RotationAge <= time.GetUtcNow())
            await RotateAsync(ct);
    }

    /// <summary>Makes a new key and signs with it from now on.</summary>
    public async ValueTask RotateAsync(CancellationToken ct)
    {
        await LoadAsync(ct);
        var now = time.GetUtcNow();
        // A key signed until its successor came. It may go once the successor is older than any token; so the newest
        // key of that age and everything after it stay.
        var settled = _ring.Keys.FirstOrDefault(key => key.Created + TokenIssuer.LongestLifetime <= now);
        await store.AddSigningKeyAsync(SigningKey.Generate(now), settled?.Created ?? DateTimeOffset.MinValue, ct);
        await LoadAsync(ct);
    }

    /// <summary>The key whose tokens begin with this header; null where none of ours does.</summary>
    public async ValueTask<SigningKey?> FindAsync(ReadOnlyMemory<char> header, CancellationToken ct)
    {
        var seen = _ring;
        if (seen.Find(header.Span) is { } known)
            return known;
        if (await store.ReadEpochAsync(RegistryId.Server, ct) == seen.Epoch)
            return null;
        await LoadAsync(ct, unlessNewerThan: seen);
        return _ring.Find(header.Span);
    }

    public void Dispose()
    {
        foreach (var key in _ring.Keys)
            key.Dispose();
        _loading.Dispose();
    }

    private async ValueTask LoadAsync(CancellationToken ct, Ring? unlessNewerThan = null)
    {
        await _loading.WaitAsync(ct);
        try
        {
            var old = _ring;
            // Many may have waited here for the same look; one is enough.
            if (unlessNewerThan is not null && old != unlessNewerThan)
                return;
            // The epoch first: what is read after it is at least as new.
            var epoch = await store.ReadEpochAsync(RegistryId.Server, ct);
            var records = await store.ListSigningKeysAsync(ct);
            // Keys that are known stay the same objects: a request may be using them. One that is dropped is left to
            // the collector for the same reason.
            SigningKey[] keys = [.. records.Select(record => old.Keys.FirstOrDefault(key => key.Id == record.Id) ?? SigningKey.Load(record))];
            _ring = new Ring(keys, epoch);
        }
        finally
        {
            _loading.Release();
        }
    }

    private sealed class Ring(SigningKey[] keys, long epoch)
    {
        private readonly FrozenDictionary<string, SigningKey> _byHeader = keys.ToFrozenDictionary(key => key.Header);

        public SigningKey[] Keys { get; } = keys;

        /// <summary>Under which the keys were read.</summary>
        public long Epoch { get; } = epoch;

        public SigningKey? Find(ReadOnlySpan<char> header) =>
            _byHeader.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(header, out var key) ? key : null;
    }
}
