namespace Gantry.Server.Metadata;

/// <summary>A principal with everything that decides what it may do, read in one transaction.</summary>
/// <param name="Record">Who it is.</param>
/// <param name="Secrets">Those that are over among them.</param>
/// <param name="Groups">The groups that it is in.</param>
/// <param name="Assignments">Its own and its groups'.</param>
public sealed record PrincipalAccess(
    PrincipalRecord Record, IReadOnlyList<SecretRecord> Secrets, IReadOnlyList<PrincipalRecord> Groups, IReadOnlyList<RoleAssignmentRecord> Assignments);
