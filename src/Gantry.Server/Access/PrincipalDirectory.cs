using System.Collections.Concurrent;
using Gantry.Server.Metadata;

namespace Gantry.Server.Access;

/// <summary>Finds principals and registries without asking the database again while nothing changed.</summary>
/// <remarks>What was read under an epoch is true while the epoch stays, so a deleted principal or a changed policy counts at the next request.</remarks>
public sealed class PrincipalDirectory(IMetadataStore metadata)
{
    private const int MaxKept = 10_000;

    private readonly ConcurrentDictionary<RegistryId, Page> _pages = new();
    private readonly ConcurrentDictionary<string, (long Epoch, RegistryRecord Registry)> _registries = new(StringComparer.Ordinal);

    /// <summary>A registry's principal; null where that registry has none of that id.</summary>
    public async ValueTask<KnownPrincipal?> FindPrincipalAsync(RegistryId registry, Guid appId, CancellationToken ct)
    {
        // The epoch is read first: what is read afterwards is at least as new.
        var epoch = await metadata.ReadEpochAsync(registry, ct);
        if (!_pages.TryGetValue(registry, out var page) || page.Epoch != epoch || page.Count >= MaxKept)
            _pages[registry] = page = new Page(epoch);
        if (page.Principals.TryGetValue(appId, out var known))
            return known;
        var found = await metadata.FindPrincipalAsync(appId, ct) is { } record && record.Registry == registry ? new KnownPrincipal(record, Callers.Of(record)) : null;
        page.Keep(appId, found);
        return found;
    }

    /// <summary>Whether a run of the registry is under way with this lease. Never remembered: leases end by time.</summary>
    public async ValueTask<bool> IsUnderWayAsync(RegistryId registry, Guid lease, DateTimeOffset now, CancellationToken ct) =>
        await metadata.FindRunAsync(lease, ct) is { } run && run.Key.Registry == registry && run.IsLeased(lease, now);

    /// <summary>The registry of that name; null where there is none.</summary>
    public async ValueTask<RegistryRecord?> FindRegistryAsync(string name, CancellationToken ct)
    {
        if (_registries.TryGetValue(name, out var known) && await metadata.ReadEpochAsync(known.Registry.Id, ct) == known.Epoch)
            return known.Registry;
        var found = await metadata.FindRegistryAsync(name, ct);
        if (found is null)
            return null;
        // Read twice on purpose: what is kept under an epoch must have been read after it.
        var epoch = await metadata.ReadEpochAsync(found.Id, ct);
        found = await metadata.FindRegistryAsync(name, ct);
        if (found is not null)
            _registries[name] = (epoch, found);
        return found;
    }

    private sealed class Page(long epoch)
    {
        private int _count;

        public long Epoch { get; } = epoch;

        public ConcurrentDictionary<Guid, KnownPrincipal?> Principals { get; } = new();

        /// <summary>Kept beside the dictionary, whose own count takes every one of its locks.</summary>
        public int Count => Volatile.Read(ref _count);

        public void Keep(Guid appId, KnownPrincipal? principal)
        {
            if (Principals.TryAdd(appId, principal))
                Interlocked.Increment(ref _count);
        }
    }
}
