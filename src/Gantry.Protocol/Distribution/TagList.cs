using System.Text.Json.Serialization;

namespace Gantry.Protocol.Distribution;

/// <summary>Body of <c>GET /v2/{name}/tags/list</c>.</summary>
public sealed record TagList(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("tags")] IReadOnlyList<string> Tags);
