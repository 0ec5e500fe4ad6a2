namespace Gantry.Server.Tests.Storage.Crash;

/// <summary>Something that a client asks of the registry, and is answered once.</summary>
/// <param name="Name">For the trace.</param>
/// <param name="RunAsync">Asks; returns with the answer, and throws where there is none.</param>
/// <param name="Apply">What it changes when it is done.</param>
internal sealed record Act(string Name, Func<CrashRegistry, Task> RunAsync, Action<RegistryState> Apply);
