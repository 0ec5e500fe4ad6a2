namespace Gantry.Server.Access;

/// <summary>What a token is good for.</summary>
public enum TokenKind
{
    /// <summary>Opens the registry's APIs, within the scopes it names.</summary>
    Access,

    /// <summary>Stands for its principal's secret for some hours; exchanged for access tokens.</summary>
    Refresh,
}
