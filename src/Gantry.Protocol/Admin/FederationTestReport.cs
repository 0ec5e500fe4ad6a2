using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>What a token of an outside issuer would come to.</summary>
public sealed record FederationTestReport
{
    /// <summary>The application id that it stands for; null for nobody yet.</summary>
    [JsonPropertyName("appId")]
    public string? AppId { get; init; }

    /// <summary>In a sentence what it comes to, and why.</summary>
    [JsonPropertyName("verdict")]
    public required string Verdict { get; init; }

    [JsonPropertyName("issuer")]
    public string? Issuer { get; init; }

    [JsonPropertyName("subject")]
    public string? Subject { get; init; }

    /// <summary>Every federated credential for that issuer, and why it does not mean the token.</summary>
    [JsonPropertyName("credentials")]
    public IReadOnlyList<FederationTestLine> Credentials { get; init => field = value ?? []; } = [];
}
