namespace Gantry.Server.Metadata.Sql;

/// <summary>A run with the key of its row.</summary>
internal sealed record RunRow(long Id, RunRecord Run);
