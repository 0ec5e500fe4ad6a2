using System.Text.Json.Serialization;

namespace Gantry.Protocol.Acr;

/// <summary>One manifest as <c>_manifests</c> describes it. What a manifest has not is absent, never null: scripts query <c>tags[0]==null</c>.</summary>
public sealed record ManifestAttributes
{
    [JsonPropertyName("digest")]
    public required string Digest { get; init; }

    /// <summary>Bytes of the config and the layers together.</summary>
    [JsonPropertyName("imageSize")]
    public required long ImageSize { get; init; }

    [JsonPropertyName("createdTime")]
    [JsonConverter(typeof(AcrTimeConverter))]
    public required DateTimeOffset CreatedTime { get; init; }

    [JsonPropertyName("lastUpdateTime")]
    [JsonConverter(typeof(AcrTimeConverter))]
    public required DateTimeOffset LastUpdateTime { get; init; }

    [JsonPropertyName("architecture")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Architecture { get; init; }

    [JsonPropertyName("os")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Os { get; init; }

    [JsonPropertyName("mediaType")]
    public required string MediaType { get; init; }

    [JsonPropertyName("configMediaType")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ConfigMediaType { get; init; }

    [JsonPropertyName("tags")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Tags { get; init; }

    [JsonPropertyName("changeableAttributes")]
    public required ChangeableAttributes ChangeableAttributes { get; init; }

    /// <summary>The manifests of an index, on the single GET alone.</summary>
    [JsonPropertyName("references")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ManifestReference>? References { get; init; }
}
