namespace Gantry.Server.Access.Federation;

/// <summary>Whom an outside token stands for.</summary>
/// <param name="Caller">Null for nobody.</param>
/// <param name="Reason">Why nobody, for the log; never an answer to whoever showed the token.</param>
public readonly record struct OutsideSignInResult(Caller? Caller, string Reason)
{
    public static OutsideSignInResult Refused(string reason) => new(null, reason);
}
