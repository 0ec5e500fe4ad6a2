namespace Gantry.Server.Storage.S3;

/// <summary>What the store says of an object without its bytes.</summary>
internal readonly record struct S3Stat(long Size, string ETag, DateTimeOffset Modified);
