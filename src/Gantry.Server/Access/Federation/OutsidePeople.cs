using Gantry.Server.Metadata;

namespace Gantry.Server.Access.Federation;

/// <summary>Keeps the rows of people who sign in elsewhere as they were last described there.</summary>
public sealed class OutsidePeople(IFederationStore store, TimeProvider time)
{
    /// <summary>Whether an issuer of the registry is called so, whose people could not be told from another's.</summary>
    public async ValueTask<bool> IsIssuerAsync(RegistryId registry, string name, CancellationToken ct) =>
        (await store.ListIssuersAsync(registry, ct)).Any(issuer => issuer.Name == name);

    /// <summary>The person's principal, made at the first time. Nothing is written where nothing changed: each write sends every node back to the database.</summary>
    public async ValueTask<Guid> EnsureAsync(RegistryId registry, OutsideIdentity identity, CancellationToken ct)
    {
        var known = await store.FindUserAsync(registry, identity.Issuer, identity.Subject, ct);
        if (known is not null && known.Record.Display == identity.DisplayName && IsIn(known, identity))
            return known.Record.Id;
        return await store.SignInUserAsync(new OutsideUser(registry, identity.Issuer, identity.Subject, identity.DisplayName, [.. identity.Groups]), time.GetUtcNow(), ct);
    }

    /// <summary>Groups that the registry made are its own affair.</summary>
    private static bool IsIn(PrincipalAccess known, OutsideIdentity identity) =>
        known.Groups.Where(group => group.Issuer == identity.Issuer && group.Subject is not null).Select(group => group.Subject!).ToHashSet(StringComparer.Ordinal).SetEquals(identity.Groups);
}
