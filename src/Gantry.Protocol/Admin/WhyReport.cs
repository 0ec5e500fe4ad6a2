using System.Text.Json.Serialization;

namespace Gantry.Protocol.Admin;

/// <summary>Answer of <c>GET /gantry/v1/why/{digest}</c>: what keeps a blob or a manifest.</summary>
public sealed record WhyReport
{
    [JsonPropertyName("digest")]
    public required string Digest { get; init; }

    /// <summary>Whether it is there, and in which state: <c>kept</c>, <c>candidate</c>, <c>damaged</c>, <c>going</c> or <c>unknown</c>.</summary>
    [JsonPropertyName("state")]
    public required string State { get; init; }

    [JsonPropertyName("size")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Size { get; init; }

    /// <summary>Since when nothing keeps it.</summary>
    [JsonPropertyName("since")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Since { get; init; }

    /// <summary>When a collection may take it at the earliest; a manifest only goes on request.</summary>
    [JsonPropertyName("mayGoAt")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? MayGoAt { get; init; }

    /// <summary>Whether an upload is about to bring it.</summary>
    [JsonPropertyName("held")]
    public required bool Held { get; init; }

    /// <summary>Lines from what was asked for to what keeps it in the end, each from below upwards: <c>manifest sha256:… of REGISTRY/REPOSITORY</c>, <c>tag 1.0</c>.</summary>
    [JsonPropertyName("chains")]
    public required IReadOnlyList<IReadOnlyList<string>> Chains { get; init; }

    /// <summary>Repositories that have the blob without a manifest that names it there. They lose it with the collection.</summary>
    [JsonPropertyName("links")]
    public required IReadOnlyList<string> Links { get; init; }

    /// <summary>Whether there is more than is shown.</summary>
    [JsonPropertyName("more")]
    public required bool More { get; init; }
}
