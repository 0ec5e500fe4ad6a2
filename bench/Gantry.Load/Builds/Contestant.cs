namespace Gantry.Load.Builds;

/// <summary>One program that does a story's work.</summary>
/// <param name="Name">As the table shows it, with its version.</param>
/// <param name="RunAsync">Does the work once. The number of the round lets it name things anew each time, so that nothing is there already.</param>
internal sealed record Contestant(string Name, Func<int, Task> RunAsync);
