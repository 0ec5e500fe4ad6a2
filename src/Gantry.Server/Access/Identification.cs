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
}
