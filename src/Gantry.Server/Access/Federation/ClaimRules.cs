using Gantry.Protocol;

namespace Gantry.Server.Access.Federation;

/// <summary>Whether a credential means an identity. A pure function; every comparison heeds case.</summary>
public static class ClaimRules
{
    private const int MaxClaims = 20;
    private const int MaxLength = 512;
    private const int MaxListed = 1_000;

    /// <summary>What is wrong with a credential, in a sentence; null where nothing is.</summary>
    public static string? Fault(FederatedCredential credential)
    {
        if (!IsText(credential.Issuer) || !IsText(credential.Subject) || !IsText(credential.Audience))
            return $"a federated credential names an issuer, a subject and an audience of 1 to {MaxLength} characters";
        if (credential.Claims.Count > MaxClaims || credential.Claims.Any(rule => !IsText(rule.Claim) || !IsText(rule.Value)))
            return $"a federated credential has at most {MaxClaims} claims of 1 to {MaxLength} characters";
        // A pattern with no fixed beginning and nothing beside it takes everybody whom the issuer knows: at a public one, the world.
        if (credential.IsFlexible && credential.Subject.StartsWith('*') && !credential.Claims.Any(rule => !rule.Value.Contains('*', StringComparison.Ordinal)))
            return "a subject that begins with * needs a claim with a fixed value beside it";
        return null;
    }

    public static bool Matches(FederatedCredential credential, OutsideIdentity identity) => WhyNot(credential, identity) is null;

    /// <summary>The first thing that keeps a credential from meaning an identity, for the log and for <c>gantry admin federation test</c>; null where it does.</summary>
    public static string? WhyNot(FederatedCredential credential, OutsideIdentity identity)
    {
        if (!string.Equals(credential.Issuer, identity.Issuer, StringComparison.Ordinal))
            return $"the issuer is '{Printable.Of(identity.Issuer)}', not '{Printable.Of(credential.Issuer)}'";
        if (!identity.Audiences.Contains(credential.Audience, StringComparer.Ordinal))
            return $"the audience is '{Printable.Of(string.Join(' ', identity.Audiences))}', not '{Printable.Of(credential.Audience)}'";
        if (!Fits(credential, credential.Subject, identity.Subject))
            return $"the subject is '{Printable.Of(identity.Subject)}', not '{Printable.Of(credential.Subject)}'";
        foreach (var rule in credential.Claims)
        {
            var said = OutsideClaims.Texts(OutsideClaims.Find(identity.Claims, rule.Claim), MaxListed);
            if (said.Count == 0)
                return $"the claim {Printable.Of(rule.Claim)} is missing";
            if (!said.Any(text => Fits(credential, rule.Value, text)))
                return $"the claim {Printable.Of(rule.Claim)} is '{Printable.Of(string.Join(' ', said))}', not '{Printable.Of(rule.Value)}'";
        }
        return null;
    }

    private static bool Fits(FederatedCredential credential, string expected, string said) =>
        credential.IsFlexible ? Matches(expected, said) : string.Equals(expected, said, StringComparison.Ordinal);

    /// <summary>Whether a pattern, in which <c>*</c> is any run of characters, covers the whole of a text.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        // Only the last * is ever taken back to: what an earlier one could gain, a later one gains too.
        var (p, t, star, resume) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
                (star, resume, p) = (p, t, p + 1);
            else if (p < pattern.Length && pattern[p] == text[t])
                (p, t) = (p + 1, t + 1);
            else if (star >= 0)
                (p, t) = (star + 1, ++resume);
            else
                return false;
        }
        return pattern[p..].IndexOfAnyExcept('*') < 0;
    }

    private static bool IsText(string? text) => text?.Length is > 0 and <= MaxLength && !text.Any(char.IsControl);
}
