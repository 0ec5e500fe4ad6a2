namespace Gantry.Chaos.Clients;

/// <summary>A client program ended badly.</summary>
internal sealed class ToolFailedException(string message) : Exception(message);
