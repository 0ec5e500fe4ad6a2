namespace Gantry.Chaos.History;

/// <summary>One try of an operation.</summary>
/// <param name="Begin">When it was sent.</param>
/// <param name="End">When its answer was there, or it was given up.</param>
/// <param name="Error">What went wrong; null where it was answered as it should be.</param>
internal sealed record Attempt(long Begin, long End, string? Error);
