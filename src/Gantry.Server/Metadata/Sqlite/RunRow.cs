namespace Gantry.Server.Metadata.Sqlite;

/// <summary>A run with the key of its row.</summary>
internal sealed record RunRow(long Id, RunRecord Run);
