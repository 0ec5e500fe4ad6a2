namespace Gantry.Server.Storage.S3;

/// <summary>What must hold of a name before an object is stored there.</summary>
/// <param name="ETag">The object that must be there; null for none at all.</param>
internal sealed record S3Condition(string? ETag);
