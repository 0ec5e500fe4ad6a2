namespace Gantry.Server.Metadata;

/// <summary>Principals with their secrets and groups, and the keys that sign tokens. Every change raises the registry's epoch.</summary>
public interface IPrincipalStore
{
    /// <summary>A principal and what decides its rights; null where there is none of that id.</summary>
    ValueTask<PrincipalAccess?> FindPrincipalAsync(Guid id, CancellationToken ct);

    /// <summary>Adds a principal; its name must be free in its registry.</summary>
    /// <param name="principal">The principal.</param>
    /// <param name="secret">Its first secret; null for none.</param>
    /// <param name="assignment">Its first role; null for none.</param>
    /// <param name="ct">Cancels.</param>
    ValueTask<CommitOutcome> AddPrincipalAsync(PrincipalRecord principal, SecretRecord? secret, RoleAssignmentRecord? assignment, CancellationToken ct);

    /// <summary>A registry's principals of every kind, by name.</summary>
    ValueTask<IReadOnlyList<PrincipalRecord>> ListPrincipalsAsync(RegistryId registry, CancellationToken ct);

    /// <summary>Removes a principal with its secrets, roles and memberships; in use where it is the registry's last owner.</summary>
    ValueTask<CommitOutcome> DeletePrincipalAsync(RegistryId registry, Guid id, CancellationToken ct);

    /// <summary>Lets a principal sign in, or not any more; in use where it is the registry's last owner.</summary>
    ValueTask<CommitOutcome> EnablePrincipalAsync(RegistryId registry, Guid id, bool enabled, CancellationToken ct);

    /// <summary>Ends every token of a principal.</summary>
    ValueTask<CommitOutcome> EndTokensAsync(RegistryId registry, Guid id, CancellationToken ct);

    /// <summary>Adds a secret beside those that there are; exists where the principal has as many as it may.</summary>
    ValueTask<CommitOutcome> AddSecretAsync(RegistryId registry, Guid principal, SecretRecord secret, int most, CancellationToken ct);

    /// <summary>Removes a secret, and ends the principal's tokens: which secret earned them, nobody knows. In use where the registry's last owner could sign in no more.</summary>
    ValueTask<CommitOutcome> DeleteSecretAsync(RegistryId registry, Guid principal, Guid secret, CancellationToken ct);

    /// <summary>Replaces every secret by one, and ends the principal's tokens.</summary>
    ValueTask<CommitOutcome> ReplaceSecretsAsync(RegistryId registry, Guid principal, SecretRecord secret, CancellationToken ct);

    /// <summary>Puts a principal into a group of the same registry. Done too where it is in it.</summary>
    ValueTask<CommitOutcome> AddMemberAsync(RegistryId registry, Guid group, Guid member, CancellationToken ct);

    /// <summary>Takes a principal out of a group; missing where it is not in it.</summary>
    ValueTask<CommitOutcome> RemoveMemberAsync(RegistryId registry, Guid group, Guid member, CancellationToken ct);

    /// <summary>Who is in a group, by name.</summary>
    ValueTask<IReadOnlyList<PrincipalRecord>> ListMembersAsync(RegistryId registry, Guid group, CancellationToken ct);

    /// <summary>Ends one token and what it earned, until it would have ended by itself. One that is ended already changes nothing, and raises no epoch.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="id">The token.</param>
    /// <param name="owner">Whose it is.</param>
    /// <param name="ends">When it would have ended.</param>
    /// <param name="most">How many of an owner are remembered. One more ends all of the owner's tokens instead: the list is read whole.</param>
    /// <param name="ct">Cancels.</param>
    ValueTask RevokeTokenAsync(RegistryId registry, string id, TokenOwner owner, DateTimeOffset ends, int most, CancellationToken ct);

    /// <summary>Every signing key, newest first.</summary>
    ValueTask<IReadOnlyList<SigningKeyRecord>> ListSigningKeysAsync(CancellationToken ct);

    /// <summary>Adds a key and drops those made before <paramref name="dropBefore"/>; raises the epoch of <see cref="RegistryId.Server"/>.</summary>
    ValueTask AddSigningKeyAsync(SigningKeyRecord key, DateTimeOffset dropBefore, CancellationToken ct);
}
