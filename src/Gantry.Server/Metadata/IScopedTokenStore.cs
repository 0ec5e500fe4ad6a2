namespace Gantry.Server.Metadata;

/// <summary>Repository-scoped tokens, scope maps, and the admin user. Every change raises the registry's epoch. Names count in any case.</summary>
public interface IScopedTokenStore
{
    /// <summary>A registry's own scope maps, by name.</summary>
    ValueTask<IReadOnlyList<ScopeMapRecord>> ListScopeMapsAsync(RegistryId registry, CancellationToken ct);

    ValueTask<ScopeMapRecord?> FindScopeMapAsync(RegistryId registry, string name, CancellationToken ct);

    /// <summary>Makes a scope map, or replaces its description and actions; <paramref name="most"/> is how many a registry may have.</summary>
    /// <returns>Done; missing without the registry; in use where there are too many.</returns>
    ValueTask<CommitOutcome> PutScopeMapAsync(ScopeMapRecord map, int most, CancellationToken ct);

    /// <summary>Removes a scope map; in use while a token has it.</summary>
    ValueTask<CommitOutcome> DeleteScopeMapAsync(RegistryId registry, string name, CancellationToken ct);

    /// <summary>A registry's tokens, by name.</summary>
    ValueTask<IReadOnlyList<ScopedTokenRecord>> ListScopedTokensAsync(RegistryId registry, CancellationToken ct);

    ValueTask<ScopedTokenAccess?> FindScopedTokenAsync(RegistryId registry, string name, CancellationToken ct);

    /// <summary>Makes a token, or gives one another scope map or status. Passwords stay; disabling ends what they earned.</summary>
    /// <param name="token">The token; its passwords are not looked at.</param>
    /// <param name="mapIsStored">Whether its scope map is one of the registry's own, which must be there.</param>
    /// <param name="most">How many a registry may have.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Done; missing without the registry or the map; in use where there are too many.</returns>
    ValueTask<CommitOutcome> PutScopedTokenAsync(ScopedTokenRecord token, bool mapIsStored, int most, CancellationToken ct);

    ValueTask<CommitOutcome> DeleteScopedTokenAsync(RegistryId registry, string name, CancellationToken ct);

    /// <summary>Sets passwords, or removes them, all at once; a password that went ends what the token earned.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The token.</param>
    /// <param name="set">New ones, by their names.</param>
    /// <param name="removed">Names of those that go.</param>
    /// <param name="ct">Cancels.</param>
    ValueTask<CommitOutcome> SetTokenPasswordsAsync(
        RegistryId registry, string name, IReadOnlyList<TokenPasswordRecord> set, IReadOnlyList<string> removed, CancellationToken ct);

    ValueTask<AdminUserRecord> FindAdminUserAsync(RegistryId registry, CancellationToken ct);

    /// <summary>Sets passwords of the admin user. One that is replaced ends what the admin user earned.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="passwords">By their names.</param>
    /// <param name="replace">False keeps those that there are.</param>
    /// <param name="ct">Cancels.</param>
    ValueTask<AdminUserRecord> SetAdminPasswordsAsync(RegistryId registry, IReadOnlyList<AdminPasswordRecord> passwords, bool replace, CancellationToken ct);
}
