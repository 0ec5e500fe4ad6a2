namespace Gantry.Server.Metadata;

/// <summary>What a registry's admin user signs in with. Whether it may is one of <see cref="RegistrySettings"/>.</summary>
/// <param name="Generation">Tokens of an earlier generation are over.</param>
/// <param name="Passwords">None until they are first asked for.</param>
public sealed record AdminUserRecord(long Generation, IReadOnlyList<AdminPasswordRecord> Passwords);
