namespace Gantry.Server.Access;

/// <summary>Why something is not allowed, from the farthest miss to the nearest.</summary>
public enum Denial
{
    /// <summary>It is allowed.</summary>
    None,

    /// <summary>Nothing gives this right anywhere.</summary>
    NotGranted,

    /// <summary>The right is given, for other repositories.</summary>
    Elsewhere,

    /// <summary>The right is given here, on a condition that does not hold.</summary>
    ConditionFailed,

    /// <summary>The identity has the right; the token that was shown does not name it.</summary>
    NotInToken,
}
