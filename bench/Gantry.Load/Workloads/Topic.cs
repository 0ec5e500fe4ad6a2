namespace Gantry.Load.Workloads;

/// <summary>A part of the results, with a plot of its own.</summary>
/// <param name="Name">Of the file.</param>
/// <param name="Title">Of the part.</param>
/// <param name="Bytes">Whether its rates are bytes, rather than operations, a second.</param>
/// <param name="Text">What its work is.</param>
internal sealed record Topic(string Name, string Title, bool Bytes, string Text);
