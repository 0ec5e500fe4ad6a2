namespace Gantry.Server.Audit;

/// <summary>What happens where records come faster than they can be written.</summary>
public enum AuditMode
{
    /// <summary>Requests go on; records that find no room are counted, and the count is recorded in their place.</summary>
    Drop,

    /// <summary>Requests that change something or sign in wait for room before they begin. Reads go on as in <see cref="Drop"/>.</summary>
    Strict,
}
