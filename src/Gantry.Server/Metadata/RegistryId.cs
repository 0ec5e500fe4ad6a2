namespace Gantry.Server.Metadata;

/// <summary>Which registry of this server. Tokens are bound to it, never to a host name.</summary>
public readonly record struct RegistryId(long Value);
