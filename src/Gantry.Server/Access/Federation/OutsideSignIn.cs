using System.Text.Json;
using Gantry.Protocol;
using Gantry.Server.Metadata;

namespace Gantry.Server.Access.Federation;

/// <summary>Finds out whom of a registry an outside token stands for.</summary>
/// <remarks><code>
///   token ──(1) verify──► identity ──(2) federated credentials──► a service principal
///                                  ──(3) people may sign in ────► a user, made at the first time, in the groups of this token
/// </code></remarks>
public sealed class OutsideSignIn(IMetadataStore store, PrincipalDirectory principals, OutsideTokenVerifier verifier, TimeProvider time)
{
    private readonly IssuerDirectory _issuers = new(store);

    /// <summary>The caller, or why there is none. Signs a person in, who is a user of the registry from then on.</summary>
    public async ValueTask<OutsideSignInResult> SignInAsync(RegistryRecord record, ShownToken token, CancellationToken ct)
    {
        var registry = record.Id;
        // (1)
        var (identity, issuer, reason) = await verifier.VerifyAsync(token.Text, await TrustedAsync(registry, ct), ct);
        if (identity is null || issuer is null)
            return OutsideSignInResult.Refused(reason);
        if (record.Settings.RefusesArmTokens && identity.Audiences.Any(ArmAudience.Is))
            return OutsideSignInResult.Refused("it is for the management API, whose tokens this registry does not take");

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
        if (PersonFault(issuer, identity, token) is { } fault)
            return OutsideSignInResult.Refused(fault);
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
    public ValueTask<IReadOnlyList<TrustedIssuer>> TrustedAsync(RegistryId registry, CancellationToken ct) =>
        _issuers.ListAsync(registry, ct);

    /// <summary>What keeps a person's token from signing them in; null where nothing does.</summary>
    private static string? PersonFault(TrustedIssuer issuer, OutsideIdentity identity, ShownToken token)
    {
        if (identity.Issued is null)
            return "it does not say when it was issued, so nobody knows whether its groups are still true";
        // Another registry that shares the client id could have had it made, and show it here. A token that came by a device code has no nonce.
        if (identity.Claims.TryGetProperty("nonce", out var nonce) && !(nonce.ValueKind == JsonValueKind.String && OutsideJson.Text(nonce) is { } said && token.IsMadeFor(said)))
            return $"its nonce was not made for a sign-in at {Printable.Of(token.LoginServer)}";
        return issuer.PeopleClaims.Select(rule => ClaimRules.WhyNot(rule, identity)).FirstOrDefault(why => why is not null);
    }

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
