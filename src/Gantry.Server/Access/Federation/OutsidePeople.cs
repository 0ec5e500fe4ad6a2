using Gantry.Server.Metadata;

namespace Gantry.Server.Access.Federation;

/// <summary>Keeps the rows of people who sign in elsewhere as they were last described there.</summary>
public sealed class OutsidePeople(IFederationStore store, TimeProvider time)
{
    /// <summary>Whether an issuer of the registry is called so, whose people could not be told from another's.</summary>
    public async ValueTask<bool> IsIssuerAsync(RegistryId registry, string name, CancellationToken ct) =>
        (await store.ListIssuersAsync(registry, ct)).Any(issuer => issuer.Name == name);

    /// <summary>The person's principal, made at the first time; null where the registry keeps no more of them.</summary>
    public ValueTask<Guid?> EnsureAsync(RegistryId registry, OutsideIdentity identity, CancellationToken ct) =>
        store.SignInUserAsync(new OutsideUser(registry, identity.Issuer, identity.Subject, identity.DisplayName, identity.Groups), time.GetUtcNow(), ct);
}
