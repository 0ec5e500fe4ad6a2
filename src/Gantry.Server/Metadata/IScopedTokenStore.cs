namespace Gantry.Server.Metadata;

/// <summary>Repository-scoped tokens, scope maps, and the admin user. Every change raises the registry's epoch. Names count in any case.</summary>
public interface IScopedTokenStore
{
    /// <summary>A registry's own scope maps, by name.</summary>
    ValueTask<IReadOnlyList<ScopeMapRecord>> ListScopeMapsAsync(RegistryId registry, CancellationToken ct);

    ValueTask<ScopeMapRecord?> FindScopeMapAsync(RegistryId registry, string name, CancellationToken ct);

    /// <summary>Makes a scope map, or changes its description and actions, from what it is at that moment.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The map.</param>
    /// <param name="change">From what there is, null for none, to what there is to be; null for no change. Its name counts where it is made. May be called more than once.</param>
    /// <param name="most">How many a registry may have.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Done; missing without the registry or a change; in use where there are too many.</returns>
    ValueTask<CommitOutcome> ChangeScopeMapAsync(RegistryId registry, string name, Func<ScopeMapRecord?, ScopeMapRecord?> change, int most, CancellationToken ct);

    /// <summary>Removes a scope map; in use while a token has it.</summary>
    ValueTask<CommitOutcome> DeleteScopeMapAsync(RegistryId registry, string name, CancellationToken ct);

    /// <summary>A registry's tokens, by name.</summary>
    ValueTask<IReadOnlyList<ScopedTokenRecord>> ListScopedTokensAsync(RegistryId registry, CancellationToken ct);

    ValueTask<ScopedTokenAccess?> FindScopedTokenAsync(RegistryId registry, string name, CancellationToken ct);

    /// <summary>Makes a token, or changes its scope map, status and passwords, from what it is at that moment. Disabling it ends what it earned, and so does a password that went.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="name">The token.</param>
    /// <param name="change">From what there is, null for none, to what there is to be; null for no change. Of the passwords those that it leaves out go. May be called more than once.</param>
    /// <param name="isStored">Whether a scope map is one of the registry's own, which must be there.</param>
    /// <param name="most">How many a registry may have.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Done; missing without the registry, the map or a change; in use where there are too many.</returns>
    ValueTask<CommitOutcome> ChangeScopedTokenAsync(
        RegistryId registry, string name, Func<ScopedTokenRecord?, ScopedTokenRecord?> change, Func<string, bool> isStored, int most, CancellationToken ct);

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
