using Gantry.Protocol;
using Gantry.Server.Metadata;

namespace Gantry.Server.Access.Federation;

/// <summary>Finds out whom of a registry an outside token stands for.</summary>
/// <remarks><code>
///   token ──(1) verify──► identity ──(2) federated credentials──► a service principal
///                                  ──(3) people may sign in ────► a user, made at the first time, in the groups of this token
/// </code></remarks>
public sealed class OutsideSignIn(IFederationStore store, PrincipalDirectory principals, OutsideTokenVerifier verifier, TimeProvider time)
{
    /// <summary>The caller, or why there is none. Signs a person in, who is a user of the registry from then on.</summary>
    public async ValueTask<OutsideSignInResult> SignInAsync(RegistryId registry, string token, CancellationToken ct)
    {
        // (1)
        var (identity, issuer, reason) = await verifier.VerifyAsync(token, await TrustedAsync(registry, ct), ct);
        if (identity is null || issuer is null)
            return OutsideSignInResult.Refused(reason);

        // (2)
        var matches = await MatchAsync(registry, identity, ct);
        var meant = matches.Where(match => match.WhyNot is null).Select(match => match.Credential.Principal).Distinct().ToList();
        if (meant.Count > 1)
            return OutsideSignInResult.Refused($"it means {meant.Count} principals: {string.Join(", ", meant)}");
        if (meant is [var principal])
            return await CallerAsync(registry, principal, ct);

        // (3)
        if (!issuer.PeopleMaySignIn)
            return OutsideSignInResult.Refused(Explain(matches, issuer, identity));
        if (identity.Issued is null)
            return OutsideSignInResult.Refused("it does not say when it was issued, so nobody knows whether its groups are still true");
        var user = new OutsideUser(registry, issuer.Issuer, identity.Subject, identity.DisplayName, identity.Groups) { IssuerName = issuer.Name, Issued = identity.Issued };
        return await store.SignInUserAsync(user, time.GetUtcNow(), ct) is { } person
            ? await CallerAsync(registry, person, ct)
            : OutsideSignInResult.Refused($"the registry keeps {OutsideUser.MaxKept} people and groups from outside, and no more");
    }

    /// <summary>What a token would come to, with every credential that was looked at. Nobody is signed in.</summary>
    public async ValueTask<(OutsideVerdict Verdict, IReadOnlyList<CredentialMatch> Matches)> TestAsync(RegistryId registry, string token, CancellationToken ct)
    {
        var verdict = await verifier.VerifyAsync(token, await TrustedAsync(registry, ct), ct);
        return (verdict, verdict.Identity is { } identity ? await MatchAsync(registry, identity, ct) : []);
    }

    /// <summary>The issuers that a registry trusts.</summary>
    public async ValueTask<IReadOnlyList<TrustedIssuer>> TrustedAsync(RegistryId registry, CancellationToken ct) =>
        [.. (await store.ListIssuersAsync(registry, ct)).Select(issuer => FederationJson.ReadIssuer(issuer.Document)).OfType<TrustedIssuer>()];

    private async ValueTask<IReadOnlyList<CredentialMatch>> MatchAsync(RegistryId registry, OutsideIdentity identity, CancellationToken ct) =>
    [
        .. (await store.ListFederatedCredentialsAsync(registry, identity.Issuer, ct))
            .Select(record => new CredentialMatch(record, FederationJson.ReadCredential(record.Document) is { } credential ? ClaimRules.WhyNot(credential, identity) : "it cannot be read")),
    ];

    private async ValueTask<OutsideSignInResult> CallerAsync(RegistryId registry, Guid principal, CancellationToken ct) =>
        (await principals.FindAsync(registry, IdentityKey.OfPrincipal(principal), ct))?.Caller is { } caller
            ? new OutsideSignInResult(caller, "")
            : OutsideSignInResult.Refused($"the principal {principal} is disabled");

    private static string Explain(IReadOnlyList<CredentialMatch> matches, TrustedIssuer issuer, OutsideIdentity identity) => matches switch
    {
        [] => $"no federated credential is for {issuer.Name}, and people do not sign in there; its subject is '{Printable.Of(identity.Subject)}'",
        _ => string.Join("; ", matches.Take(5).Select(match => $"not {match.Credential.Name} of {match.Credential.Principal}: {match.WhyNot}")),
    };
}
