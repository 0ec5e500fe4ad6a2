namespace Gantry.Server.Metadata;

/// <summary>Issuers that a registry trusts, what they may vouch for, and the people whom they sign in. Every change raises the registry's epoch.</summary>
public interface IFederationStore
{
    /// <summary>A registry's issuers, by name.</summary>
    ValueTask<IReadOnlyList<IssuerRecord>> ListIssuersAsync(RegistryId registry, CancellationToken ct);

    /// <summary>Makes an issuer. Exists where the registry has one of its name or its address.</summary>
    ValueTask<CommitOutcome> AddIssuerAsync(IssuerRecord issuer, CancellationToken ct);

    /// <summary>Makes an issuer, or replaces what is said of it; whatever it vouched for before ends where that changes. Exists where another one of the registry has its address.</summary>
    ValueTask<CommitOutcome> PutIssuerAsync(IssuerRecord issuer, CancellationToken ct);

    /// <summary>Removes an issuer. Its people stay known; the tokens that it earned them and service principals end.</summary>
    ValueTask<CommitOutcome> DeleteIssuerAsync(RegistryId registry, string name, CancellationToken ct);

    /// <summary>What an issuer may vouch for in a registry, by principal and name.</summary>
    ValueTask<IReadOnlyList<FederatedCredentialRecord>> ListFederatedCredentialsAsync(RegistryId registry, string issuer, CancellationToken ct);

    /// <summary>What may be shown in place of a principal's secret, by name.</summary>
    ValueTask<IReadOnlyList<FederatedCredentialRecord>> ListFederatedCredentialsAsync(RegistryId registry, Guid principal, CancellationToken ct);

    /// <summary>Adds a federated credential to a service principal; exists where the principal has one of that name, in use where it has as many as it may.</summary>
    ValueTask<CommitOutcome> AddFederatedCredentialAsync(FederatedCredentialRecord credential, int most, CancellationToken ct);

    /// <summary>Removes a federated credential, and ends its principal's tokens.</summary>
    ValueTask<CommitOutcome> DeleteFederatedCredentialAsync(RegistryId registry, Guid principal, string name, CancellationToken ct);

    /// <summary>The principal of a person who signs in: made at the first time, with the groups that the issuer names now. Groups that this registry put them in are kept.
    /// Raises the epoch only where something changed, and changes nothing where the issuer said so before its last word.</summary>
    /// <returns>The id of the person's principal; null where they are new and the registry keeps <see cref="OutsideUser.MaxKept"/> already.</returns>
    ValueTask<Guid?> SignInUserAsync(OutsideUser user, DateTimeOffset now, CancellationToken ct);
}
