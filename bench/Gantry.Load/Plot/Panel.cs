namespace Gantry.Load.Plot;

/// <summary>Bars that share a scale: the longest takes the whole width.</summary>
internal sealed record Panel(string Title, IReadOnlyList<Bar> Bars);
