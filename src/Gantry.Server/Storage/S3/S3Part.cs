namespace Gantry.Server.Storage.S3;

/// <summary>One part as the store took it.</summary>
internal readonly record struct S3Part(long Size, string ETag);
