using System.Text.Json.Serialization;

namespace Gantry.Protocol.Acr;

/// <summary>Answer of <c>GET /acr/v1/{name}</c>. Members stand in the order of the real service.</summary>
public sealed record RepositoryAttributes
{
    [JsonPropertyName("registry")]
    public required string Registry { get; init; }

    [JsonPropertyName("imageName")]
    public required string ImageName { get; init; }

    [JsonPropertyName("createdTime")]
    [JsonConverter(typeof(AcrTimeConverter))]
    public required DateTimeOffset CreatedTime { get; init; }

    [JsonPropertyName("lastUpdateTime")]
    [JsonConverter(typeof(AcrTimeConverter))]
    public required DateTimeOffset LastUpdateTime { get; init; }

    [JsonPropertyName("manifestCount")]
    public required long ManifestCount { get; init; }

    [JsonPropertyName("tagCount")]
    public required long TagCount { get; init; }

    [JsonPropertyName("changeableAttributes")]
    public required ChangeableAttributes ChangeableAttributes { get; init; }
}
