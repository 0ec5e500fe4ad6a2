using System.Text.Json.Serialization;

namespace Gantry.Protocol.Runs;

/// <summary>An image that a run made or used.</summary>
public sealed record RunImage
{
    /// <summary>Login server of its registry.</summary>
    [JsonPropertyName("registry")]
    public required string Registry { get; init; }

    [JsonPropertyName("repository")]
    public required string Repository { get; init; }

    [JsonPropertyName("tag")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tag { get; init; }

    [JsonPropertyName("digest")]
    public required string Digest { get; init; }
}
