using System.Text.Json.Serialization;

namespace Gantry.Protocol.Arm;

/// <summary>What a request wants a token to be; null leaves a member as it is.</summary>
public sealed record TokenPropertiesRequest
{
    /// <summary>A new token needs it.</summary>
    [JsonPropertyName("scopeMapId")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ScopeMapId { get; init; }

    [JsonPropertyName("status")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Status { get; init; }

    [JsonPropertyName("credentials")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TokenCredentials? Credentials { get; init; }
}
