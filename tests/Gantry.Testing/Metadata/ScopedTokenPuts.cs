using Gantry.Server.Metadata;

namespace Gantry.Testing.Metadata;

/// <summary>Tokens and scope maps as a test wants them, whatever there was before.</summary>
public static class ScopedTokenPuts
{
    public static ValueTask<CommitOutcome> PutScopeMapAsync(this IScopedTokenStore store, ScopeMapRecord map, int most, CancellationToken ct) =>
        store.ChangeScopeMapAsync(map.Registry, map.Name, _ => map, most, ct);

    /// <summary>Passwords stay.</summary>
    public static ValueTask<CommitOutcome> PutScopedTokenAsync(this IScopedTokenStore store, ScopedTokenRecord token, bool mapIsStored, int most, CancellationToken ct) =>
        store.ChangeScopedTokenAsync(token.Registry, token.Name, known => token with { Passwords = known?.Passwords ?? [] }, _ => mapIsStored, most, ct);
}
