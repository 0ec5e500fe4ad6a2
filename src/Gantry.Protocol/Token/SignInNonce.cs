using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gantry.Protocol.Token;

/// <summary>The nonce of a sign-in at an issuer: it ties the ID token to the registry that it was fetched for.</summary>
/// <remarks>Registries may share an issuer and a client id, so a token's audience does not keep one of them from showing it to another. Its nonce does: only the host
/// that the client was speaking with is in it.</remarks>
public static class SignInNonce
{
    /// <summary>Base64url(SHA-256(host, line feed, seed)).</summary>
    /// <param name="loginServer">The registry's host and port as the client reaches it; case and the ports of the web do not count.</param>
    /// <param name="seed">Random, and of this sign-in alone; shown to the registry together with the token.</param>
    public static string Of(string loginServer, string seed) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{Normal(loginServer)}\n{seed}")));

    // Clients leave out of Host what the scheme says already.
    private static string Normal(string loginServer)
    {
        var host = loginServer.ToLowerInvariant();
        return host.EndsWith(":443", StringComparison.Ordinal) ? host[..^4] : host.EndsWith(":80", StringComparison.Ordinal) ? host[..^3] : host;
    }
}
