namespace Gantry.Server.Hosting;

/// <summary>The instant that a backup shows.</summary>
/// <param name="Taken">When.</param>
/// <param name="Rows">How many rows the database had.</param>
public sealed record BackupStamp(DateTimeOffset Taken, long Rows);
