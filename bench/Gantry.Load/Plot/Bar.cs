namespace Gantry.Load.Plot;

/// <param name="Label">Whose it is.</param>
/// <param name="Value">Its length, zero or more.</param>
/// <param name="Text">The value as people read it.</param>
/// <param name="IsOurs">Drawn in our colour.</param>
internal sealed record Bar(string Label, double Value, string Text, bool IsOurs);
