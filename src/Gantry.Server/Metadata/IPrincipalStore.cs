namespace Gantry.Server.Metadata;

/// <summary>Service principals, and the keys that sign tokens.</summary>
public interface IPrincipalStore
{
    ValueTask<PrincipalRecord?> FindPrincipalAsync(Guid appId, CancellationToken ct);

    /// <summary>Adds a principal; its name must be free in its registry.</summary>
    ValueTask<CommitOutcome> AddPrincipalAsync(PrincipalRecord principal, CancellationToken ct);

    /// <summary>A registry's principals, by name.</summary>
    ValueTask<IReadOnlyList<PrincipalRecord>> ListPrincipalsAsync(RegistryId registry, CancellationToken ct);

    /// <summary>Removes a principal; in use where it is the registry's last owner.</summary>
    ValueTask<CommitOutcome> DeletePrincipalAsync(RegistryId registry, Guid appId, CancellationToken ct);

    /// <summary>Replaces the hash of a principal's secret.</summary>
    ValueTask<CommitOutcome> SetPrincipalSecretAsync(RegistryId registry, Guid appId, ReadOnlyMemory<byte> secretHash, CancellationToken ct);

    /// <summary>Every signing key, newest first.</summary>
    ValueTask<IReadOnlyList<SigningKeyRecord>> ListSigningKeysAsync(CancellationToken ct);

    /// <summary>Adds a key and drops those made before <paramref name="dropBefore"/>; raises the epoch of <see cref="RegistryId.Server"/>.</summary>
    ValueTask AddSigningKeyAsync(SigningKeyRecord key, DateTimeOffset dropBefore, CancellationToken ct);
}
