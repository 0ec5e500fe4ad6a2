using System.Text.Json.Serialization;

namespace Gantry.Server.Hosting.Tls.Acme;

/// <summary>A public key; its members in the order in which its thumbprint is taken (RFC 7638 section 3.2).</summary>
internal sealed record AcmeJwk
{
    [JsonPropertyOrder(1)]
    public string Crv { get; init; } = "P-256";

    [JsonPropertyOrder(2)]
    public string Kty { get; init; } = "EC";

    [JsonPropertyOrder(3)]
    public required string X { get; init; }

    [JsonPropertyOrder(4)]
    public required string Y { get; init; }
}
