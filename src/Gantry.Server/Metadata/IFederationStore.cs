namespace Gantry.Server.Metadata;

/// <summary>Issuers that a registry trusts, what they may vouch for, and the people whom they sign in. Every change raises the registry's epoch.</summary>
public interface IFederationStore
{
    /// <summary>A registry's issuers, by name.</summary>
    ValueTask<IReadOnlyList<IssuerRecord>> ListIssuersAsync(RegistryId registry, CancellationToken ct);

    /// <summary>Makes an issuer, or replaces what is said of it. Exists where another one of the registry has its address.</summary>
    ValueTask<CommitOutcome> PutIssuerAsync(IssuerRecord issuer, CancellationToken ct);

    /// <summary>Removes an issuer. Its people stay known, and their tokens end.</summary>
    ValueTask<CommitOutcome> DeleteIssuerAsync(RegistryId registry, string name, CancellationToken ct);

    /// <summary>What an issuer may vouch for in a registry, by principal and name.</summary>
    ValueTask<IReadOnlyList<FederatedCredentialRecord>> ListFederatedCredentialsAsync(RegistryId registry, string issuer, CancellationToken ct);

    /// <summary>What may be shown in place of a principal's secret, by name.</summary>
    ValueTask<IReadOnlyList<FederatedCredentialRecord>> ListFederatedCredentialsAsync(RegistryId registry, Guid principal, CancellationToken ct);

    /// <summary>Adds a federated credential to a service principal; exists where the principal has one of that name, in use where it has as many as it may.</summary>
    ValueTask<CommitOutcome> AddFederatedCredentialAsync(FederatedCredentialRecord credential, int most, CancellationToken ct);

    /// <summary>Removes a federated credential, and ends its principal's tokens.</summary>
    ValueTask<CommitOutcome> DeleteFederatedCredentialAsync(RegistryId registry, Guid principal, string name, CancellationToken ct);

    /// <summary>The principal that a person became at their first sign-in; null before it.</summary>
    ValueTask<PrincipalAccess?> FindUserAsync(RegistryId registry, string issuer, string subject, CancellationToken ct);

    /// <summary>The principal of a person who signs in: made at the first time, with the groups that the issuer names now. Groups that this registry made are kept.</summary>
    /// <returns>The id of the person's principal.</returns>
    ValueTask<Guid> SignInUserAsync(OutsideUser user, DateTimeOffset now, CancellationToken ct);
}
