using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gantry.Protocol.Token;

namespace Gantry.Cli.OpenId;

/// <summary>What an ID token must say before the registry is shown it (OpenID Connect Core 1.0, 3.1.3.7).</summary>
/// <remarks>It came straight from the issuer; its signature is the registry's affair. Here it is made sure that it answers this very sign-in.</remarks>
internal static class IdTokenRules
{
    /// <exception cref="CommandException">It is no answer to this sign-in.</exception>
    public static void Check(string token, SignInIssuer issuer, string? nonce)
    {
        if (!Answers(token, issuer, nonce))
            throw new CommandException(ExitCode.Integrity, "The issuer answered with a token of another sign-in.");
    }

    internal static bool Answers(string token, SignInIssuer issuer, string? nonce)
    {
        if (token.Split('.') is not [_, var body, _])
            return false;
        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(body), new JsonDocumentOptions { MaxDepth = 16 });
            var root = claims.RootElement;
            return root.ValueKind == JsonValueKind.Object
                && Is(root, "iss", issuer.Issuer)
                && (Is(root, "aud", issuer.ClientId) || (root.TryGetProperty("aud", out var list) && list.ValueKind == JsonValueKind.Array && list.EnumerateArray().Any(one => Is(one, issuer.ClientId))))
                && (nonce is null || (root.TryGetProperty("nonce", out var said) && said.ValueKind == JsonValueKind.String
                    && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(said.GetString()!), Encoding.UTF8.GetBytes(nonce))));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool Is(JsonElement root, string member, string expected) => root.TryGetProperty(member, out var found) && Is(found, expected);

    private static bool Is(JsonElement found, string expected) => found.ValueKind == JsonValueKind.String && string.Equals(found.GetString(), expected, StringComparison.Ordinal);
}
