namespace Gantry.Client.Remote;

/// <summary>Which connections of a registry's client may go to private addresses.</summary>
public enum PrivateAddressRule
{
    /// <summary>The registry's own, and where the registry is private itself, also those that it names.</summary>
    AsTheRegistry,

    /// <summary>The registry's own origin alone: nothing that it redirects to, and no realm.</summary>
    OwnOriginOnly,

    /// <summary>None. The registry was named by a stranger.</summary>
    Never,
}
