using System.Text.Json.Serialization;

namespace Gantry.Cli.OpenId;

/// <summary>What an issuer answers to a request for tokens, or for a device code (RFC 6749 5, RFC 8628 3.2): every member of either, each perhaps absent.</summary>
internal sealed record TokenAnswer
{
    [JsonPropertyName("id_token")]
    public string? IdToken { get; init; }

    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    [JsonPropertyName("error")]
    public string? Error { get; init; }

    [JsonPropertyName("error_description")]
    public string? Description { get; init; }

    [JsonPropertyName("device_code")]
    public string? DeviceCode { get; init; }

    [JsonPropertyName("user_code")]
    public string? UserCode { get; init; }

    [JsonPropertyName("verification_uri")]
    public string? VerificationUri { get; init; }

    [JsonPropertyName("verification_uri_complete")]
    public string? CompleteUri { get; init; }

    [JsonPropertyName("expires_in")]
    public double? ExpiresIn { get; init; }

    [JsonPropertyName("interval")]
    public double? Interval { get; init; }
}
