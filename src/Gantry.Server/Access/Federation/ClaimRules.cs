using Gantry.Protocol;

namespace Gantry.Server.Access.Federation;

/// <summary>Whether a credential means an identity. A pure function; every comparison heeds case.</summary>
public static class ClaimRules
{
    private const int MaxClaims = 20;
    private const int MaxLength = 512;
    private const int MaxListed = 1_000;

    /// <summary>Claims of GitHub, GitLab and others that say whose a job is. Numbers before names: a name may be somebody else's tomorrow.</summary>
    private static readonly string[] Owners =
    [
        "repository_id", "repository_owner_id", "repository", "repository_owner", "project_id", "namespace_id", "project_path", "namespace_path", "organization_id", "enterprise_id", "oid",
    ];

    /// <summary>What is wrong with a credential, in a sentence; null where nothing is.</summary>
    public static string? Fault(FederatedCredential credential)
    {
        if (!IsText(credential.Issuer) || !IsText(credential.Subject) || !IsText(credential.Audience))
            return $"a federated credential names an issuer, a subject and an audience of 1 to {MaxLength} characters";
        if (credential.Claims.Count > MaxClaims || credential.Claims.Any(rule => !IsText(rule.Claim) || !IsText(rule.Value)))
            return $"a federated credential has at most {MaxClaims} claims of 1 to {MaxLength} characters";
        // A pattern that does not say whose the job is takes everybody's: at a public issuer, the world's. A branch's name is nobody's.
        if (credential.IsFlexible && !NamesAnOwner(credential.Subject) && !credential.Claims.Any(rule => Owners.Contains(rule.Claim) && !rule.Value.Contains('*', StringComparison.Ordinal)))
            return $"a subject with * begins with an owner (repo:OWNER/*), or has a claim with a fixed value beside it that says whose it is: {string.Join(", ", Owners)}";
        return null;
    }

    /// <summary>Whether what stands before a pattern's first <c>*</c> ends an owner's name: <c>repo:org/</c>, <c>project_path:group/</c>, <c>system:serviceaccount:ns:</c>.</summary>
    private static bool NamesAnOwner(string subject)
    {
        var star = subject.IndexOf('*', StringComparison.Ordinal);
        if (star < 0)
            return true;
        var start = subject.AsSpan(0, star).IndexOf(':');
        var rest = start < 0 ? [] : subject.AsSpan(start + 1, star - start - 1);
        return rest.IndexOfAny('/', ':') > 0;
    }

    /// <summary>The first thing that keeps a credential from meaning an identity, for the log and for <c>gantry admin federation test</c>; null where it does.</summary>
    public static string? WhyNot(FederatedCredential credential, OutsideIdentity identity)
    {
        if (!string.Equals(credential.Issuer, identity.Issuer, StringComparison.Ordinal))
            return $"the issuer is '{Printable.Of(identity.Issuer)}', not '{Printable.Of(credential.Issuer)}'";
        if (!identity.Audiences.Contains(credential.Audience, StringComparer.Ordinal))
            return $"the audience is '{Printable.Of(string.Join(' ', identity.Audiences))}', not '{Printable.Of(credential.Audience)}'";
        if (!Fits(credential.IsFlexible, credential.Subject, identity.Subject))
            return $"the subject is '{Printable.Of(identity.Subject)}', not '{Printable.Of(credential.Subject)}'";
        foreach (var rule in credential.Claims)
        {
            if (WhyNot(rule, identity, credential.IsFlexible) is { } why)
                return why;
        }
        return null;
    }

    /// <summary>What keeps a claim from saying exactly what it must; null where nothing does.</summary>
    public static string? WhyNot(ClaimRule rule, OutsideIdentity identity) => WhyNot(rule, identity, isFlexible: false);

    private static string? WhyNot(ClaimRule rule, OutsideIdentity identity, bool isFlexible)
    {
        var said = OutsideClaims.Texts(OutsideClaims.Find(identity.Claims, rule.Claim), MaxListed);
        if (said.Count == 0)
            return $"the claim {Printable.Of(rule.Claim)} is missing";
        return said.Any(text => Fits(isFlexible, rule.Value, text))
            ? null
            : $"the claim {Printable.Of(rule.Claim)} is '{Printable.Of(string.Join(' ', said))}', not '{Printable.Of(rule.Value)}'";
    }

    private static bool Fits(bool isFlexible, string expected, string said) => isFlexible ? Matches(expected, said) : string.Equals(expected, said, StringComparison.Ordinal);

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
