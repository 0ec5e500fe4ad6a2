namespace Gantry.Load.Memory;

/// <summary>The most memory that a program took for a piece of work.</summary>
/// <param name="Work">What was done.</param>
/// <param name="Program">Who.</param>
/// <param name="PeakBytes">Resident.</param>
/// <param name="Time">Of the whole work.</param>
/// <param name="LimitBytes">What we promised; null where nothing is.</param>
internal sealed record MemoryFigure(string Work, string Program, long PeakBytes, TimeSpan Time, long? LimitBytes);
