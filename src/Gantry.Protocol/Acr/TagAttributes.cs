using System.Text.Json.Serialization;

namespace Gantry.Protocol.Acr;

/// <summary>One tag as <c>_tags</c> describes it.</summary>
public sealed record TagAttributes
{
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("digest")]
    public required string Digest { get; init; }

    [JsonPropertyName("createdTime")]
    [JsonConverter(typeof(AcrTimeConverter))]
    public required DateTimeOffset CreatedTime { get; init; }

    [JsonPropertyName("lastUpdateTime")]
    [JsonConverter(typeof(AcrTimeConverter))]
    public required DateTimeOffset LastUpdateTime { get; init; }

    /// <summary>Docker Content Trust, which Gantry does not offer: false, and present because scripts read it.</summary>
    [JsonPropertyName("signed")]
    public bool Signed { get; init; }

    [JsonPropertyName("changeableAttributes")]
    public required ChangeableAttributes ChangeableAttributes { get; init; }
}
