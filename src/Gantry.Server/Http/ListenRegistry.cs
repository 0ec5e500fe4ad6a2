namespace Gantry.Server.Http;

/// <summary>A connection's feature where the address it came to stands for one registry.</summary>
internal sealed record ListenRegistry(string Name);
