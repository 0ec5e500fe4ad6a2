namespace Gantry.Server.Access;

/// <summary>Who asks, and by what they showed it.</summary>
/// <param name="Caller">The anonymous caller where nothing valid was shown.</param>
/// <param name="Credential">What was shown.</param>
public sealed record Identification(Caller Caller, CredentialKind Credential);
