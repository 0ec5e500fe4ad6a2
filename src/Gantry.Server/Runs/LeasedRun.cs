using Gantry.Server.Metadata;

namespace Gantry.Server.Runs;

/// <summary>A run that a worker was given.</summary>
/// <param name="Run">The run, with its lease.</param>
/// <param name="Registry">Its registry.</param>
/// <param name="Token">With what its worker signs in; null where it does not.</param>
/// <param name="Timeout">What is left of its time.</param>
public sealed record LeasedRun(RunRecord Run, RegistryRecord Registry, string? Token, TimeSpan Timeout);
