namespace Gantry.Server.Storage;

/// <summary>What a driver knows of an object without reading it.</summary>
public readonly record struct BlobStat(long Size, DateTimeOffset Modified);
