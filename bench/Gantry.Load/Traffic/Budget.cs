namespace Gantry.Load.Traffic;

/// <summary>When a cell ends: at whichever comes first. What is under way then is finished and counted.</summary>
/// <param name="Time">How long operations are begun.</param>
/// <param name="Operations">How many are begun at most.</param>
internal sealed record Budget(TimeSpan Time, long Operations = long.MaxValue);
