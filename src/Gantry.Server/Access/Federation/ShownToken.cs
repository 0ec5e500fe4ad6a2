using Gantry.Protocol.Token;

namespace Gantry.Server.Access.Federation;

/// <summary>An outside token as a client shows it.</summary>
/// <param name="Text">The token.</param>
/// <param name="LoginServer">The host under which the client reached this registry.</param>
/// <param name="NonceSeed">What the client made the token's nonce of; null where it says nothing.</param>
public readonly record struct ShownToken(string Text, string LoginServer, string? NonceSeed)
{
    /// <summary>Whether a nonce was made for a sign-in at this registry.</summary>
    public bool IsMadeFor(string nonce) => NonceSeed is { Length: > 0 and <= 256 } && nonce == SignInNonce.Of(LoginServer, NonceSeed);
}
