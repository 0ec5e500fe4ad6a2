namespace Gantry.Server.Access.Ldap;

/// <summary>Whose password a directory took a moment ago.</summary>
/// <param name="Principal">The person's principal.</param>
/// <param name="Generation">The generation of its tokens at that time: whoever was signed out since is asked for anew.</param>
public readonly record struct VerifiedPassword(Guid Principal, long Generation);
