namespace Gantry.Chaos.Faults;

/// <summary>Something that breaks, and how its cause is taken away again.</summary>
/// <param name="Kind">The same wherever it strikes.</param>
/// <param name="Name">For the report.</param>
/// <param name="Strike">Breaks it.</param>
/// <param name="Duration">How long the cause stays; zero for what strikes at once.</param>
/// <param name="Remove">Takes the cause away. What then still has to heal heals by itself.</param>
internal sealed record Fault(string Kind, string Name, Func<Task> Strike, TimeSpan Duration, Func<CancellationToken, Task> Remove);
