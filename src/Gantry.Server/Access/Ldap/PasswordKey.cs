namespace Gantry.Server.Access.Ldap;

/// <summary>Stands for a registry, a name and a password in <see cref="VerifiedPasswords"/>.</summary>
/// <param name="Digest">Under a key that dies with the process.</param>
/// <param name="Asked">The time before the directory is asked: what it says is true at the latest then.</param>
public readonly record struct PasswordKey(string Digest, DateTimeOffset Asked);
