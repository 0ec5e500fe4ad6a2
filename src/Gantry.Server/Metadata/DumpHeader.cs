namespace Gantry.Server.Metadata;

/// <summary>What a dump says of itself.</summary>
/// <param name="Schema">The database's schema when it was taken.</param>
/// <param name="Taken">When that was.</param>
/// <param name="Rows">How many rows it has.</param>
public sealed record DumpHeader(long Schema, DateTimeOffset Taken, long Rows);
