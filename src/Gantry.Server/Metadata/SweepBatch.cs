namespace Gantry.Server.Metadata;

/// <summary>What one transaction of a sweep came to.</summary>
/// <param name="Taken">Their rows and links are gone; their bytes are the sweep's to delete.</param>
/// <param name="Skipped">Those that stay although their time is over.</param>
/// <param name="Last">The last candidate that was looked at; null where there was none, and the sweep is through.</param>
public sealed record SweepBatch(IReadOnlyList<GoingBlob> Taken, IReadOnlyList<SkippedBlob> Skipped, BlobCandidate? Last);
