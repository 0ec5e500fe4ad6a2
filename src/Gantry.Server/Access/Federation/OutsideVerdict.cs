namespace Gantry.Server.Access.Federation;

/// <summary>Who a token stands for, or why it stands for nobody.</summary>
/// <param name="Identity">Null where it was refused.</param>
/// <param name="Issuer">The issuer that vouches; null where it was refused.</param>
/// <param name="Reason">Why it was refused, for the log: holds nothing of the token that could be used again, and is never an answer.</param>
public readonly record struct OutsideVerdict(OutsideIdentity? Identity, TrustedIssuer? Issuer, string Reason)
{
    public static OutsideVerdict Refused(string reason) => new(null, null, reason);
}
