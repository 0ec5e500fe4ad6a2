using System.Text.Json.Serialization;

namespace Gantry.Protocol.Token;

/// <summary>An OpenID Connect issuer at which people sign in to a registry: what a client needs to ask it, and no secret.</summary>
public sealed record SignInIssuer
{
    /// <summary>What operators call it.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Its address, as its tokens write it.</summary>
    [JsonPropertyName("issuer")]
    public required string Issuer { get; init; }

    /// <summary>The client to sign in as.</summary>
    [JsonPropertyName("clientId")]
    public required string ClientId { get; init; }

    /// <summary>What to ask for.</summary>
    [JsonPropertyName("scopes")]
    public IReadOnlyList<string> Scopes { get; init => field = value ?? []; } = [];
}
