namespace Gantry.Server.Metadata;

/// <summary>Which principal has which role, where. Every change raises the registry's epoch.</summary>
public interface IRoleStore
{
    /// <summary>A registry's assignments, in the order in which they were made.</summary>
    ValueTask<IReadOnlyList<RoleAssignmentRecord>> ListAssignmentsAsync(RegistryId registry, CancellationToken ct);

    /// <summary>What counts for every caller of a registry, read in one transaction; null where there is no such registry.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="now">Tokens that have ended by themselves are not among the revoked ones.</param>
    /// <param name="ct">Cancels.</param>
    ValueTask<RegistryAccess?> ReadAccessAsync(RegistryId registry, DateTimeOffset now, CancellationToken ct);

    /// <summary>Adds an assignment; exists where its id is taken, or the same principal has the same role in the same place on the same condition.</summary>
    ValueTask<CommitOutcome> AddAssignmentAsync(RoleAssignmentRecord assignment, CancellationToken ct);

    /// <summary>Removes an assignment; in use where it is what makes the registry's last owner.</summary>
    ValueTask<CommitOutcome> DeleteAssignmentAsync(RegistryId registry, Guid id, CancellationToken ct);
}
