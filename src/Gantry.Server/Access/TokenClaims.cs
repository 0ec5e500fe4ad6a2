using System.Text.Json.Serialization;

namespace Gantry.Server.Access;

/// <summary>What a token says, under ACR's names and in ACR's order.</summary>
public sealed record TokenClaims
{
    /// <summary>Who issues: ourselves, and nobody else is believed.</summary>
    public const string OurIssuer = "Gantry Container Registry";

    /// <summary>The subject of a token that nobody signed in for.</summary>
    public const string AnonymousSubject = "acr_anon_pull";

    public const string AccessGrant = "access_token";
    public const string RefreshGrant = "refresh_token";

    [JsonPropertyName("jti")]
    public required string Id { get; init; }

    [JsonPropertyName("sub")]
    public required string Subject { get; init; }

    /// <summary>Seconds since 1970, as the other times.</summary>
    [JsonPropertyName("nbf")]
    public required long NotBefore { get; init; }

    [JsonPropertyName("exp")]
    public required long Expires { get; init; }

    [JsonPropertyName("iat")]
    public required long IssuedAt { get; init; }

    [JsonPropertyName("iss")]
    public required string Issuer { get; init; }

    /// <summary>The registry's name. A host name would tie the token to the address it was asked at.</summary>
    [JsonPropertyName("aud")]
    public required string Audience { get; init; }

    // Not by the initializer alone: the generated reader of JSON sets what is missing to null.
    [JsonPropertyName("version")]
    public string Version { get; init => field = value ?? "1.0"; } = "1.0";

    /// <summary>The registry's id: the tie that counts.</summary>
    [JsonPropertyName("rid")]
    public required string RegistryId { get; init; }

    [JsonPropertyName("grant_type")]
    public required string GrantType { get; init; }

    [JsonPropertyName("appid")]
    public required string AppId { get; init; }

    [JsonPropertyName("tenant")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tenant { get; init; }

    [JsonPropertyName("permissions")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TokenPermissions? Permissions { get; init; }

    [JsonPropertyName("access")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TokenAccess>? Access { get; init; }

    /// <summary>The lease of the run that the token is for; it counts only while that run is under way with that lease.</summary>
    [JsonPropertyName("lease")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Lease { get; init; }

    /// <summary>The generation of the identity's tokens; one of an earlier generation is over.</summary>
    [JsonPropertyName("gen")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Generation { get; init; }

    /// <summary>The id of the refresh token that earned this one; it ends with that one.</summary>
    [JsonPropertyName("sid")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Session { get; init; }

    [JsonPropertyName("roles")]
    public IReadOnlyList<string> Roles { get; init => field = value ?? []; } = [];
}
