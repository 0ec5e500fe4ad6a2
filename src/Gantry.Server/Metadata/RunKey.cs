namespace Gantry.Server.Metadata;

/// <summary>Which run: its id counts within its registry.</summary>
/// <param name="Registry">The registry.</param>
/// <param name="Id">The run's id there: <c>cf1</c>.</param>
public readonly record struct RunKey(RegistryId Registry, string Id);
