using System.Collections.Frozen;
using Gantry.Server.Defence;
using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>Whom a registry has, by name alone: what a flood of made-up names is held against, instead of asking the database for each.</summary>
/// <remarks><code>
///   a name that is not kept ──(1) few come: ask for it ──────────────────► database, one row
///                           ──(2) many come: is it on the list? ─ no ────► nobody
///                                    │ older than the epoch              └ yes ──► database, one row
///                                    └──(3) read it anew, together, once a second at most
/// </code>
/// So made-up names drive the database at a bounded rate, and whoever is there is found, at worst a second later: where the registry changes without end while it is flooded.
/// </remarks>
internal sealed class IdentityNames(IMetadataStore metadata, RegistryId registry, TimeProvider time)
{
    /// <summary>Names that are asked for one by one in a second.</summary>
    internal const int Few = 100;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly BucketRate _few = new(Few, Interval, time);
    private readonly Lock _lock = new();
    private long _bucket;
    private Names _names = new(-1, []);
    private Task? _reading;
    private long? _begun;

    /// <summary>How often the list was read.</summary>
    public int Readings { get; private set; }

    /// <summary>Whether it is worth asking the database for an identity.</summary>
    /// <param name="key">The identity.</param>
    /// <param name="epoch">The registry's epoch: what came before it is known.</param>
    /// <param name="ct">Ends the waiting, not the reading.</param>
    public async ValueTask<bool> MayBeAsync(IdentityKey key, long epoch, CancellationToken ct)
    {
        // (1)
        if (_few.Take(ref _bucket, time.GetTimestamp()).IsAllowed)
            return true;
        while (true)
        {
            // (2) Whoever was there a while ago is asked for: the row itself says whether it still is.
            var names = Volatile.Read(ref _names);
            if (names.Keys.Contains(key))
                return true;
            if (names.Epoch >= epoch)
                return false;
            // (3)
            await ReadAsync().WaitAsync(ct);
        }
    }

    private Task ReadAsync()
    {
        lock (_lock)
            return _reading is { IsCompleted: false } running ? running : _reading = ReadOnceAsync();
    }

    private async Task ReadOnceAsync()
    {
        if (_begun is { } begun && Interval - time.GetElapsedTime(begun) is { Ticks: > 0 } early)
            await Task.Delay(early, time);
        _begun = time.GetTimestamp();
        Readings++;
        // The epoch is read first: the list is at least as new. Nobody's request ends this, for others wait for it.
        var epoch = await metadata.ReadEpochAsync(registry, CancellationToken.None);
        var principals = await metadata.ListPrincipalsAsync(registry, CancellationToken.None);
        var tokens = await metadata.ListScopedTokensAsync(registry, CancellationToken.None);
        var keys = principals.Select(principal => IdentityKey.OfPrincipal(principal.Id)).Concat(tokens.Select(token => IdentityKey.OfToken(token.Name)));
        Volatile.Write(ref _names, new Names(epoch, keys.Append(IdentityKey.Admin).ToFrozenSet()));
    }

    private sealed record Names(long Epoch, FrozenSet<IdentityKey> Keys);
}
