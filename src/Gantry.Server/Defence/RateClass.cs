namespace Gantry.Server.Defence;

/// <summary>Kinds of requests that are counted apart, as ACR counts them.</summary>
public enum RateClass
{
    /// <summary>ACR's DataplaneRead: GET and HEAD.</summary>
    Read,

    /// <summary>DataplaneWrite: POST, PUT and PATCH.</summary>
    Write,

    /// <summary>DataplaneDelete.</summary>
    Delete,

    /// <summary>ListReferrers, which costs more than other reads.</summary>
    Referrers,

    /// <summary>Whatever is asked of the sign-in server.</summary>
    Token,
}
