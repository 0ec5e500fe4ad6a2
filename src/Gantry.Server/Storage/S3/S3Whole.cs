namespace Gantry.Server.Storage.S3;

/// <summary>Parts that were put together: an object of the upload's own, which can be read and copied.</summary>
internal sealed record S3Whole(string Name, long Size, string ETag);
