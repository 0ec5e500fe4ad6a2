using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>Body of PUT and PATCH on a token.</summary>
public sealed record TokenRequest
{
    [JsonPropertyName("properties")]
    public required TokenPropertiesRequest Properties { get; init; }
}
