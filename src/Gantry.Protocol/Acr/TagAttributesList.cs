using System.Text.Json.Serialization;

namespace Gantry.Protocol.Acr;

/// <summary>Answer of <c>GET /acr/v1/{name}/_tags</c>.</summary>
public sealed record TagAttributesList(
    [property: JsonPropertyName("registry")] string Registry,
    [property: JsonPropertyName("imageName")] string ImageName,
    [property: JsonPropertyName("tags")] IReadOnlyList<TagAttributes> Tags);
