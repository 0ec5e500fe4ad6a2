namespace Gantry.Server.Audit;

/// <summary>What can be left out of the record, class by class.</summary>
[Flags]
public enum AuditClass
{
    None = 0,

    /// <summary>Pulls that were allowed.</summary>
    Reads = 1,

    /// <summary>Pushes, mounts, deletions, locks.</summary>
    Writes = 2,

    /// <summary>Sign-ins, right or wrong.</summary>
    Logins = 4,

    Management = 8,

    All = Reads | Writes | Logins | Management,
}
