namespace Gantry.Server.Access;

/// <summary>Who asks, and by what they showed it.</summary>
/// <param name="Caller">The anonymous caller where nothing valid was shown.</param>
/// <param name="Credential">What was shown.</param>
public sealed record Identification(Caller Caller, CredentialKind Credential)
{
    /// <summary>Whom somebody tried to be with a wrong secret; to be counted, not shown: it may be a secret in the wrong place.</summary>
    public IdentityKey Tried { get; init; }

    /// <summary>The token that was shown and counts; null where it was something else.</summary>
    public VerifiedToken? Token { get; init; }

    /// <summary>When what was shown is over, and with it whatever it earns; null for never.</summary>
    public DateTimeOffset? Ends { get; init; }

    /// <summary>How long to wait, where the secret was not looked at because too many were wrong before; else zero.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>It was no password but a token, shown as one, which does not count any more or never did: no guess at anybody's secret.</summary>
    public bool IsEndedToken { get; init; }

    /// <summary>Somebody who showed something wrong: refused even where anonymous callers, or in development mode all callers, are let in.</summary>
    public static Identification Wrong(IdentityKey tried = default)
    {
        // The log names whom somebody tried to be. Only an id: what stands in its place might be the secret.
        var name = tried.Kind == CallerKind.Principal ? tried.ToString() : "(unknown)";
        return new(Callers.Nobody with { Name = name }, CredentialKind.Wrong) { Tried = tried };
    }
}
