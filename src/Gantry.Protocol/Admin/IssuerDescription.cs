using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>An OpenID Connect issuer that a registry trusts: what an operator says of it, and what is shown.</summary>
public sealed record IssuerDescription
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Its address, exactly as its tokens write it.</summary>
    [JsonPropertyName("issuer")]
    public required string Issuer { get; init; }

    /// <summary>Audiences of which a token must name one.</summary>
    [JsonPropertyName("audiences")]
    public IReadOnlyList<string> Audiences { get; init => field = value ?? []; } = [];

    /// <summary>The client that people sign in as; null where they do not.</summary>
    [JsonPropertyName("clientId")]
    public string? ClientId { get; init; }

    /// <summary>What a sign-in asks for beside <c>openid</c>.</summary>
    [JsonPropertyName("scopes")]
    public IReadOnlyList<string> Scopes { get; init => field = value ?? []; } = [];

    /// <summary>The claim that people are shown by; null for the usual ones.</summary>
    [JsonPropertyName("nameClaim")]
    public string? NameClaim { get; init; }

    /// <summary>The claim that lists groups; null where they do not count.</summary>
    [JsonPropertyName("groupsClaim")]
    public string? GroupsClaim { get; init; }

    /// <summary>Whether its addresses may be private ones; for operators of the server alone.</summary>
    [JsonPropertyName("allowPrivateAddresses")]
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>A file on the server with the certificates that vouch for it; for operators of the server alone.</summary>
    [JsonPropertyName("caFile")]
    public string? CaFile { get; init; }

    /// <summary>Whether whoever it signs in becomes a user here.</summary>
    [JsonPropertyName("people")]
    public bool PeopleMaySignIn { get; init; }

    /// <summary>What the token of a person must say besides: claims by name.</summary>
    [JsonPropertyName("peopleClaims")]
    public IReadOnlyDictionary<string, string> PeopleClaims { get; init => field = value ?? Empty; } = Empty;

    private static readonly IReadOnlyDictionary<string, string> Empty = new Dictionary<string, string>(StringComparer.Ordinal);
}
