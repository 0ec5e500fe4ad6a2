namespace Gantry.Chaos.History;

/// <summary>What the checker found of one register.</summary>
/// <param name="Register">Its name.</param>
/// <param name="Verdict">Whether there is an order that explains what every client saw.</param>
/// <param name="Evidence">Where the search came furthest and what it could not place; empty where there is nothing to explain.</param>
internal sealed record Linearizability(string Register, LinearizabilityVerdict Verdict, IReadOnlyList<Call> Evidence);
