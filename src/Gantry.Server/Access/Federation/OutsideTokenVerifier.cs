using System.Text.Json;
using Gantry.Protocol;

namespace Gantry.Server.Access.Federation;

/// <summary>Decides whom a token that somebody else issued stands for.</summary>
/// <remarks><code>
///   text ──(1) form──► issuer we trust ──(2) header──► its keys ──(3) signature──► (4) times, audience ──► identity
/// </code>
/// Until (3) has passed, only the issuer's name, the algorithm and the key's id are looked at, and each only to be compared.
/// </remarks>
public sealed class OutsideTokenVerifier(IIssuerKeys keys, TimeProvider time)
{
    /// <summary>By so much may the issuer's clock differ from ours.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    // Of the process: so are the processors.
    private static readonly SemaphoreSlim Checks = new(Math.Max(1, Environment.ProcessorCount / 2));

    // ID tokens and access tokens; everything else that an issuer signs was not made to sign anybody in (RFC 8725, 3.11).
    private static readonly string[] Types = ["jwt", "at+jwt", "application/jwt", "application/at+jwt", "id_token+jwt"];

    /// <summary>Verifies a token against the issuers that the registry trusts.</summary>
    public async ValueTask<OutsideVerdict> VerifyAsync(string text, IReadOnlyList<TrustedIssuer> issuers, CancellationToken ct)
    {
        // (1)
        if (OutsideToken.TryParse(text) is not { } token)
            return OutsideVerdict.Refused("it is not a signed JWT");
        var name = OutsideJson.Text(token.Claims, "iss");
        var issuer = issuers.FirstOrDefault(known => string.Equals(known.Issuer, name, StringComparison.Ordinal));
        if (issuer is null)
            return OutsideVerdict.Refused($"its issuer '{Printable.Of(name ?? "")}' is not trusted");

        // (2) The algorithm must be one of a short list, and (3) of the key's own type: so there is no "none", no shared secret made of a public key,
        // no key from the header, no address to fetch one from (CVE-2025-24976).
        if (OutsideAlgorithm.Find(token.Algorithm) is not { } algorithm)
            return OutsideVerdict.Refused($"its algorithm '{Printable.Of(token.Algorithm ?? "")}' is not taken");
        if (token.IsCritical)
            return OutsideVerdict.Refused("its header demands what is not understood here");
        if (token.Type is { } type && !Types.Contains(type, StringComparer.OrdinalIgnoreCase))
            return OutsideVerdict.Refused($"it is no ID or access token but '{Printable.Of(type)}'");
        var (known, failure) = await keys.FindAsync(issuer, token.KeyId, ct);
        if (known is null)
            return OutsideVerdict.Refused($"the keys of {issuer.Name} are not known: {failure}");
        var candidates = known.Find(token.KeyId, algorithm);
        if (candidates.Count == 0)
            return OutsideVerdict.Refused($"{issuer.Name} has no key '{Printable.Of(token.KeyId ?? "")}' for {algorithm.Name}{(failure is null ? "" : $" (and its keys could not be fetched again: {failure})")}");

        // (3)
        if (!await VerifiesAsync(candidates, algorithm, token, ct))
            return OutsideVerdict.Refused($"its signature is not by the key of {issuer.Name}");

        // (4)
        return Judge(token.Claims, issuer);
    }

    /// <summary>Whoever has seen a key's id can ask for checks of made-up signatures without end: half of the processors stay out of it.</summary>
    private static async ValueTask<bool> VerifiesAsync(IReadOnlyList<IssuerKey> candidates, OutsideAlgorithm algorithm, OutsideToken token, CancellationToken ct)
    {
        await Checks.WaitAsync(ct);
        try
        {
            return candidates.Any(key => key.Verifies(algorithm, token.Signed.Span, token.Signature.Span));
        }
        finally
        {
            Checks.Release();
        }
    }

    private OutsideVerdict Judge(JsonElement claims, TrustedIssuer issuer)
    {
        var now = time.GetUtcNow();
        if (!OutsideClaims.TryReadTime(claims, "exp", out var expires) || expires is null)
            return OutsideVerdict.Refused("it does not say when it ends");
        if (now >= expires.Value + Skew)
            return OutsideVerdict.Refused($"it ended at {expires:u}");
        if (!OutsideClaims.TryReadTime(claims, "nbf", out var begins) || begins > now + Skew)
            return OutsideVerdict.Refused("it has not begun");
        if (!OutsideClaims.TryReadTime(claims, "iat", out var issued) || issued > now + Skew)
            return OutsideVerdict.Refused("it was issued in the future");

        var audiences = OutsideClaims.Audiences(claims);
        if (audiences is null || !audiences.Any(audience => issuer.Audiences.Contains(audience, StringComparer.Ordinal) || string.Equals(audience, issuer.ClientId, StringComparison.Ordinal)))
            return OutsideVerdict.Refused($"it is for '{Printable.Of(string.Join(' ', audiences ?? []))}', not for this registry");
        if (OutsideClaims.Subject(claims) is not { } subject)
            return OutsideVerdict.Refused("it names no subject");
        // Signed by the same keys and shaped alike, but no sign-in: security events and logout tokens (RFC 8417), and
        // tokens that count only together with a proof of possession that nobody shows here (RFC 7800).
        if (claims.TryGetProperty("events", out _))
            return OutsideVerdict.Refused("it tells of an event");
        if (claims.TryGetProperty("cnf", out _))
            return OutsideVerdict.Refused("it counts only with a proof of possession");

        return new OutsideVerdict(
            new OutsideIdentity
            {
                Issuer = issuer.Issuer,
                Subject = subject,
                DisplayName = OutsideClaims.DisplayName(claims, issuer, subject),
                Audiences = audiences,
                Groups = OutsideClaims.Groups(claims, issuer),
                Claims = claims,
                Issued = issued,
            },
            issuer, "");
    }
}
