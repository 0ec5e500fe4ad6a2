using System.Text.Json.Serialization;
using Gantry.Protocol.Acr;

namespace Gantry.Protocol.Admin;

/// <summary>A principal as lists show it: everything but its secret.</summary>
public sealed record PrincipalDescription
{
    [JsonPropertyName("appId")]
    public required string AppId { get; init; }

    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("role")]
    public required string Role { get; init; }

    [JsonPropertyName("repository")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Repository { get; init; }

    [JsonPropertyName("createdTime")]
    [JsonConverter(typeof(AcrTimeConverter))]
    public required DateTimeOffset CreatedTime { get; init; }
}
