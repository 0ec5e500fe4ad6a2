using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>A federated credential beside a token.</summary>
public sealed record FederationTestLine
{
    [JsonPropertyName("appId")]
    public required string AppId { get; init; }

    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>What keeps it from meaning the token; null where it does.</summary>
    [JsonPropertyName("whyNot")]
    public string? WhyNot { get; init; }
}
