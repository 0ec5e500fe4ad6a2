namespace Gantry.Server.Access;

/// <summary>What kind of identity makes a request.</summary>
public enum CallerKind
{
    /// <summary>Nobody said who they are.</summary>
    Anonymous,

    /// <summary>A service principal, by its secret or by a token.</summary>
    Principal,

    /// <summary>Nobody said who they are, to a server that runs with <c>--dev</c>.</summary>
    Developer,
}
