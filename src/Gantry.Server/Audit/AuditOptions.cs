namespace Gantry.Server.Audit;

/// <summary>What is recorded, and how much of it is kept.</summary>
public sealed record AuditOptions
{
    public static readonly AuditOptions Default = new();

    /// <summary>Standard output, as a value of <see cref="Output"/>.</summary>
    public const string StandardOutput = "-";

    /// <summary>Bytes of records that are kept; the oldest file goes first.</summary>
    public long MaxBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Bytes after which a new file is begun; each hour begins one too.</summary>
    public long FileBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Records that may wait to be written.</summary>
    public int MaxWaiting { get; init; } = 65_536;

    public AuditMode Mode { get; init; } = AuditMode.Drop;

    /// <summary>Where each line goes as well: a file, or <see cref="StandardOutput"/>. Null for nowhere.</summary>
    public string? Output { get; init; }

    /// <summary>What is not recorded: see <see cref="AuditClass"/>.</summary>
    public AuditClass Left { get; init; }
}
