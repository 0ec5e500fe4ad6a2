using System.Text.Json.Serialization;
using Gantry.Protocol.Acr;

namespace Gantry.Protocol.Arm;

/// <summary>Body of <c>generateCredentials</c>: new passwords for a token. Those that they replace end at once.</summary>
public sealed record GenerateCredentialsRequest
{
    /// <summary>The token's path.</summary>
    [JsonPropertyName("tokenId")]
    public required string TokenId { get; init; }

    /// <summary>One password alone; null for both.</summary>
    [JsonPropertyName("name")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>Null for never.</summary>
    [JsonPropertyName("expiry")]
    [JsonConverter(typeof(AcrTimeConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Expiry { get; init; }
}
