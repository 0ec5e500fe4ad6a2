namespace Gantry.Server.Access;

/// <summary>What kind of identity makes a request.</summary>
public enum CallerKind
{
    /// <summary>Nobody said who they are.</summary>
    Anonymous,

    /// <summary>A service principal.</summary>
    Principal,

    /// <summary>A person, whom an issuer or a directory signed in.</summary>
    User,

    /// <summary>A repository-scoped token.</summary>
    ScopedToken,

    /// <summary>The registry's admin user.</summary>
    AdminUser,

    /// <summary>Nobody said who they are, to a server that runs with <c>--dev</c>.</summary>
    Developer,
}
