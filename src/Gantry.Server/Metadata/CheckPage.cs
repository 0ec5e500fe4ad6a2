namespace Gantry.Server.Metadata;

/// <summary>A page of rows that were counted anew.</summary>
/// <param name="Rows">How many were looked at.</param>
/// <param name="Findings">What did not agree.</param>
/// <param name="Last">The last row; null where there is none any more.</param>
public sealed record CheckPage(int Rows, IReadOnlyList<CheckFinding> Findings, long? Last);
