using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>Which outside tokens stand for a principal.</summary>
public sealed record FederatedCredentialDescription
{
    /// <summary>Unique for its principal.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>A trusted issuer's address.</summary>
    [JsonPropertyName("issuer")]
    public required string Issuer { get; init; }

    /// <summary>The token's <c>sub</c>.</summary>
    [JsonPropertyName("subject")]
    public required string Subject { get; init; }

    /// <summary>The audience that the token must name.</summary>
    [JsonPropertyName("audience")]
    public required string Audience { get; init; }

    /// <summary>Whether <c>*</c> in subject and claims stands for any run of characters.</summary>
    [JsonPropertyName("flexible")]
    public bool IsFlexible { get; init; }

    /// <summary>What else the token must say: claims by name.</summary>
    [JsonPropertyName("claims")]
    public IReadOnlyDictionary<string, string> Claims { get; init => field = value ?? Empty; } = Empty;

    private static readonly IReadOnlyDictionary<string, string> Empty = new Dictionary<string, string>(StringComparer.Ordinal);
}
