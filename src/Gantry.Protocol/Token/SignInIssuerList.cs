using System.Text.Json.Serialization;

namespace Gantry.Protocol.Token;

/// <summary>Answer of <c>GET /gantry/v1/sign-in</c>, which needs no credentials.</summary>
/// <param name="Issuers">Where people sign in; empty where they do not.</param>
public sealed record SignInIssuerList([property: JsonPropertyName("issuers")] IReadOnlyList<SignInIssuer> Issuers);
