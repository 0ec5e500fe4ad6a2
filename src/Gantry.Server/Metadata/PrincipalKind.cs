namespace Gantry.Server.Metadata;

/// <summary>What a principal stands for. The numbers are stored.</summary>
public enum PrincipalKind
{
    /// <summary>A program: it has secrets, or credentials that somebody else vouches for.</summary>
    ServicePrincipal = 0,

    /// <summary>A person, whom an issuer or a directory signs in. Made at the first time.</summary>
    User = 1,

    /// <summary>Principals that share what is assigned to it. Signs in as nobody.</summary>
    Group = 2,
}
