namespace Gantry.Server.Hosting;

/// <summary>What became of a restore.</summary>
public sealed record RestoreReport
{
    /// <summary>What the dump says of itself.</summary>
    public required BackupStamp Stamp { get; init; }

    /// <summary>How many objects are in their place.</summary>
    public required int Objects { get; init; }

    /// <summary>Blobs that the backup has lost or that are damaged in it, each with what is wrong.</summary>
    public required IReadOnlyList<string> Damages { get; init; }

    /// <summary>Whether the rows were loaded, in the same transaction with marks on what is damaged.</summary>
    public bool IsLoaded { get; init; }
}
