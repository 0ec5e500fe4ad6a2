namespace Gantry.Protocol.Arm;

/// <summary>Which roles open the repositories of a registry.</summary>
public static class RoleAssignmentModes
{
    /// <summary>AcrPull and its like, and Owner, Contributor and Reader (az: <c>rbac</c>).</summary>
    public const string Legacy = "LegacyRegistryPermissions";

    /// <summary>The repository roles alone, with conditions (az: <c>rbac-abac</c>).</summary>
    public const string Repository = "AbacRepositoryPermissions";
}
