namespace Gantry.Server.Access.Federation;

/// <summary>An issuer's keys, or why there are none.</summary>
/// <param name="Keys">The keys; null where the issuer was never reached, or too long ago.</param>
/// <param name="Failure">Why the last fetch failed; null where it did not.</param>
public readonly record struct IssuerKeysAnswer(IssuerKeySet? Keys, string? Failure);
