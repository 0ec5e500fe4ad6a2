namespace Gantry.Server.Metadata;

/// <summary>Which registry of this server. Tokens are bound to it, never to a host name.</summary>
public readonly record struct RegistryId(long Value)
{
    /// <summary>No registry: under it runs the epoch of what all registries of a server share, the keys that sign tokens.</summary>
    public static readonly RegistryId Server = new(0);
}
