namespace Gantry.Server.Access;

/// <summary>Who asks, and by what they showed it.</summary>
/// <param name="Caller">The anonymous caller where nothing valid was shown.</param>
/// <param name="Credential">What was shown.</param>
public sealed record Identification(Caller Caller, CredentialKind Credential)
{
    /// <summary>Whom somebody tried to be with a wrong secret; to be counted, not shown: it may be a secret in the wrong place.</summary>
    public IdentityKey Tried { get; init; }

    /// <summary>It was no password but a token, shown as one, which does not count any more or never did: no guess at anybody's secret.</summary>
    public bool IsEndedToken { get; init; }
}
