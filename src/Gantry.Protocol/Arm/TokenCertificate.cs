using System.Text.Json.Serialization;
using Gantry.Protocol.Acr;

namespace Gantry.Protocol.Arm;

/// <summary>A certificate that a token signs in with. Gantry has none of them yet.</summary>
public sealed record TokenCertificate
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("expiry")]
    [JsonConverter(typeof(AcrTimeConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Expiry { get; init; }

    [JsonPropertyName("thumbprint")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Thumbprint { get; init; }
}
