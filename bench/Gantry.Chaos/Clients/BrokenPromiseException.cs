namespace Gantry.Chaos.Clients;

/// <summary>An answer that a registry must never give, fault or none.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message);
