namespace Gantry.Server.Metadata;

/// <summary>A row that does not agree with what it counts.</summary>
/// <param name="Row">The row, in the store's own order.</param>
/// <param name="Text">What does not agree, in words for people.</param>
public readonly record struct CheckFinding(long Row, string Text);
