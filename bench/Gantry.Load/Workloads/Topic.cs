namespace Gantry.Load.Workloads;

/// <summary>A part of the results, with a plot of its own.</summary>
/// <param name="Name">Of the plot's file.</param>
/// <param name="Title">Of the part.</param>
/// <param name="Text">What its work is.</param>
internal sealed record Topic(string Name, string Title, string Text);
