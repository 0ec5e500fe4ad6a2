namespace Gantry.Server.Metadata;

/// <summary>A blob that a repository has.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Candidate">Since when no manifest of any repository names it, by the store's clock; null while one does.</param>
public sealed record BlobState(long Size, DateTimeOffset? Candidate);
