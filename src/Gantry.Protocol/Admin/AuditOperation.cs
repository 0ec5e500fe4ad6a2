namespace Gantry.Protocol.Admin;

/// <summary>The words of <see cref="AuditRecord.OperationName"/>: ACR's where it has one.</summary>
public static class AuditOperation
{
    public const string Login = "Login";
    public const string Push = "Push";
    public const string Pull = "Pull";
    public const string Delete = "Delete";
    public const string Untag = "Untag";
    public const string Mount = "Mount";

    /// <summary>A list or attributes, which only a refusal makes worth a record.</summary>
    public const string Read = "Read";

    /// <summary>A lock was set or taken away.</summary>
    public const string UpdateMetadata = "UpdateMetadata";

    /// <summary>A request to the management API.</summary>
    public const string Manage = "Manage";

    /// <summary>Records are missing: the description says how many.</summary>
    public const string Gap = "Gap";
}
