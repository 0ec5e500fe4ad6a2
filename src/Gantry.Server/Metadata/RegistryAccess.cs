namespace Gantry.Server.Metadata;

/// <summary>What counts for every caller of a registry.</summary>
/// <param name="Registry">The registry with its settings.</param>
/// <param name="OfAnonymous">What is assigned to whoever does not say who they are.</param>
/// <param name="RevokedTokens">Ids of tokens that were ended before their time.</param>
public sealed record RegistryAccess(RegistryRecord Registry, IReadOnlyList<RoleAssignmentRecord> OfAnonymous, IReadOnlyList<string> RevokedTokens);
